// Package textract reads pages with AWS Textract, a service that is paid by the
// page.
//
// A file is put into a bucket ([Client.Upload]), a job is started on it
// ([Client.Start]), asked for until it is done ([Client.Poll]) and its result
// fetched to the last piece ([Client.Fetch]). Nothing here waits for a job and
// nothing is remembered: the caller keeps the job's id and asks again later,
// from any process. A start carries a token, and AWS answers a second start
// with the same token with the same job, so that a crash in between is not paid
// for twice.
//
// The client speaks the JSON protocol itself and leaves only the signature to the
// core of the AWS SDK: the SDK's own client for Textract would be a large
// dependency for a few calls.
package textract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/dossier-legal/dossier"
)

// The limits of a job.
const (
	MaxBytes = 500 << 20
	MaxPages = 3000
)

// Config says which service and which bucket. Region and Bucket are required;
// credentials come from where AWS programs look for them: the environment, the
// credentials file, the machine's role.
type Config struct {
	Region     string
	Bucket     string // in the same region
	Prefix     string // of the objects put there
	Endpoint   string // of Textract; default: AWS's own for the region
	S3Endpoint string // default: AWS's own
	HTTP       *http.Client
}

// Client talks to Textract and to the bucket. It is safe for concurrent use.
type Client struct {
	cfg   Config
	s3    *minio.Client
	creds *credentials.Credentials
	sign  *v4.Signer
}

// New checks the configuration. It makes no call.
func New(cfg Config) (*Client, error) {
	refuse := func(field, message, cure string) (*Client, error) {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "%s", message).About(field).WithCure(cure)
	}
	if cfg.Region == "" {
		return refuse("--textract-region", "Textract needs a region", "name one: us-east-1, eu-west-1, …")
	}
	if cfg.Bucket == "" {
		return refuse("--textract-bucket", "Textract reads files from a bucket", "name one in the same region")
	}
	if cfg.Endpoint == "" {
		cfg.Endpoint = "https://textract." + cfg.Region + ".amazonaws.com"
	}
	if cfg.S3Endpoint == "" {
		cfg.S3Endpoint = "https://s3." + cfg.Region + ".amazonaws.com"
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: time.Minute}
	}
	s3, err := url.Parse(cfg.S3Endpoint)
	if err != nil || s3.Host == "" {
		return refuse("--textract-s3-endpoint", "not an address", "write it as https://host")
	}
	creds := credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: http.DefaultClient},
	})
	client, err := minio.New(s3.Host, &minio.Options{Creds: creds, Secure: s3.Scheme == "https", Region: cfg.Region})
	if err != nil {
		return refuse("--textract-bucket", err.Error(), "check the name of the bucket")
	}
	return &Client{cfg: cfg, s3: client, creds: creds, sign: v4.NewSigner()}, nil
}

// Region is where the service is: its limits hold there.
func (c *Client) Region() string { return c.cfg.Region }

func (c *Client) object(key string) string { return path.Join(c.cfg.Prefix, key) }

// Upload puts a file into the bucket under a key.
func (c *Client) Upload(ctx context.Context, key string, data []byte) error {
	_, err := c.s3.PutObject(ctx, c.cfg.Bucket, c.object(key), bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{})
	return c.bucketError(ctx, err)
}

// Remove takes a file out of the bucket; one that is not there is fine.
func (c *Client) Remove(ctx context.Context, key string) error {
	return c.bucketError(ctx, c.s3.RemoveObject(ctx, c.cfg.Bucket, c.object(key), minio.RemoveObjectOptions{}))
}

func (c *Client) bucketError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	switch minio.ToErrorResponse(err).Code {
	case "NoSuchBucket", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch":
		return dossier.Errorf(dossier.CodeProviderRefuses, "the bucket cannot be used: %w", err).About(c.cfg.Bucket).
			WithCure("check --textract-bucket and the credentials of AWS")
	case "SlowDown":
		return dossier.Errorf(dossier.CodeRateLimited, "the bucket limits the rate of requests: %w", err)
	}
	return dossier.Errorf(dossier.CodeProviderDown, "the bucket does not answer: %w", err).About(c.cfg.Bucket)
}

// Start starts a job on an uploaded file and returns its id. The same token
// (1 to 64 letters, digits, - and _) means the same job.
func (c *Client) Start(ctx context.Context, key, token string) (jobID string, err error) {
	request := map[string]any{
		"DocumentLocation":   map[string]any{"S3Object": map[string]string{"Bucket": c.cfg.Bucket, "Name": c.object(key)}},
		"ClientRequestToken": token,
	}
	var answer struct {
		JobID string `json:"JobId"`
	}
	if err := c.call(ctx, "StartDocumentTextDetection", request, &answer); err != nil {
		return "", err
	}
	if answer.JobID == "" {
		return "", dossier.Errorf(dossier.CodeProviderDown, "Textract started a job without an id")
	}
	return answer.JobID, nil
}

// Status is the state of a job.
type Status string

// The states.
const (
	InProgress     Status = "IN_PROGRESS"
	Succeeded      Status = "SUCCEEDED"
	PartialSuccess Status = "PARTIAL_SUCCESS"
	Failed         Status = "FAILED"
)

// Poll asks how far a job is; message says why it failed. [ErrExpired] means
// that AWS no longer knows the job: it must be started again.
func (c *Client) Poll(ctx context.Context, jobID string) (status Status, message string, err error) {
	var p piece
	if err := c.call(ctx, "GetDocumentTextDetection", map[string]any{"JobId": jobID, "MaxResults": 1}, &p); err != nil {
		return "", "", err
	}
	switch p.JobStatus {
	case InProgress, Succeeded, PartialSuccess, Failed:
		return p.JobStatus, p.StatusMessage, nil
	}
	return "", "", dossier.Errorf(dossier.CodeProviderDown, "Textract returned the unknown status %q", p.JobStatus)
}

// PollAfter says how long to wait before a job is asked for again.
func PollAfter(polls int) time.Duration {
	const first, longest = 2 * time.Second, 30 * time.Second
	return min(first<<min(polls, 8), longest)
}

// ErrExpired is the error of a job that AWS no longer keeps, after 7 days.
var ErrExpired = errors.New("the job has expired")

// call makes one call. Errors have the codes CodeRateLimited, CodeProviderDown,
// CodeProviderRefuses, CodeDamaged or CodeTooLarge.
func (c *Client) call(ctx context.Context, operation string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.Endpoint+"/", bytes.NewReader(body))
	if err != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "not an address: %w", err).About("--textract-endpoint")
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "Textract."+operation)
	keys, err := c.creds.GetWithContext(nil)
	if err != nil || keys.AccessKeyID == "" {
		return dossier.Errorf(dossier.CodeProviderRefuses, "no credentials for AWS were found").
			WithCure("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role")
	}
	sum := sha256.Sum256(body)
	who := aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken}
	if err := c.sign.SignHTTP(ctx, who, req, hex.EncodeToString(sum[:]), "textract", c.cfg.Region, time.Now()); err != nil {
		return dossier.Errorf(dossier.CodeProviderRefuses, "the call cannot be signed: %w", err)
	}
	return c.send(ctx, req, answer)
}

// maxAnswer bounds one answer: a piece has at most 1,000 blocks.
const maxAnswer = 32 << 20

func (c *Client) send(ctx context.Context, req *http.Request, answer any) error {
	resp, err := c.cfg.HTTP.Do(req)
	switch {
	case err != nil && ctx.Err() != nil: // it was we who hung up
		return ctx.Err()
	case err != nil:
		return dossier.Errorf(dossier.CodeProviderDown, "Textract does not answer: %w", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return dossier.Errorf(dossier.CodeProviderDown, "the answer of Textract ended early, after %d bytes: %w", len(b), err)
	case len(b) > maxAnswer:
		return dossier.Errorf(dossier.CodeProviderDown, "Textract's answer is longer than %d bytes", maxAnswer)
	case resp.StatusCode != http.StatusOK:
		return refusal(resp.StatusCode, b)
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return dossier.Errorf(dossier.CodeProviderDown, "Textract's answer cannot be read: %w", err)
	}
	return nil
}

// refusal turns an answer that is an error into one for users.
func refusal(status int, body []byte) error {
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Other   string `json:"Message"`
	}
	// What cannot be read says as much as its status.
	_ = json.Unmarshal(body, &e)
	name := path.Base("/" + e.Type)
	if i := bytes.LastIndexByte([]byte(name), '#'); i >= 0 {
		name = name[i+1:]
	}
	said := fmt.Sprintf("%s (HTTP %d) %s%s", name, status, e.Message, e.Other)
	switch name {
	case "ThrottlingException", "ProvisionedThroughputExceededException", "LimitExceededException":
		return dossier.Errorf(dossier.CodeRateLimited, "Textract limits the rate of requests: %s", said)
	case "InvalidJobIdException":
		return fmt.Errorf("%w: %s", ErrExpired, said)
	case "BadDocumentException", "UnsupportedDocumentException":
		return dossier.Errorf(dossier.CodeDamaged, "Textract cannot read the file: %s", said).WithCure("read it with --ocr-with tesseract")
	case "DocumentTooLargeException":
		return dossier.Errorf(dossier.CodeTooLarge, "the file is too large for Textract: %s", said).WithCure("split the file")
	case "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException", "InvalidS3ObjectException",
		"ExpiredTokenException", "MissingAuthenticationTokenException", "InvalidParameterException", "InvalidKMSKeyException":
		return dossier.Errorf(dossier.CodeProviderRefuses, "Textract refuses: %s", said).
			WithCure("check the credentials, their rights to Textract and the bucket, and the region")
	}
	return dossier.Errorf(dossier.CodeProviderDown, "Textract failed: %s", said)
}
