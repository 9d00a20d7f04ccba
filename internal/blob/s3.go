package blob

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/dossier-legal/dossier"
)

// bucket is a place in a bucket of S3-compatible storage.
type bucket struct {
	client *minio.Client
	name   string
	prefix string
	tmp    string // folder for files on their way
}

const s3Form = "write it as s3://bucket/prefix?endpoint=http://host:9000&region=us-east-1; the credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"

// openS3 opens the bucket of an s3:// address.
func openS3(ctx context.Context, location, tmp string) (*Store, error) {
	refuse := func(format string, args ...any) (*Store, error) {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, format, args...).About("--blobs").WithCure(s3Form)
	}
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return refuse("not an S3 address")
	}
	if u.User != nil {
		return refuse("an S3 address holds no credentials")
	}
	for name := range u.Query() {
		if name != "endpoint" && name != "region" {
			return refuse("an S3 address has no parameter %q", name)
		}
	}
	endpoint := &url.URL{Scheme: "https", Host: "s3.amazonaws.com"}
	if s := u.Query().Get("endpoint"); s != "" {
		if endpoint, err = url.Parse(s); err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
			return refuse("endpoint: not an http:// or https:// address")
		}
	}
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, storageError(err)
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: http.DefaultClient},
		}),
		Secure: endpoint.Scheme == "https", Region: u.Query().Get("region"),
	})
	if err != nil {
		return refuse("%w", err)
	}
	b := bucket{client, u.Host, strings.Trim(u.Path, "/"), tmp}
	ok, err := client.BucketExists(ctx, b.name)
	if err == nil && !ok {
		err = minio.ErrorResponse{Code: "NoSuchBucket", Message: fmt.Sprintf("there is no bucket %q", b.name)}
	}
	if err != nil {
		return nil, b.failed(err)
	}
	return &Store{b, tmp}, nil
}

func (b bucket) object(key string) string { return path.Join(b.prefix, key) }

// failed says what is wrong with the storage and how to cure it.
func (b bucket) failed(err error) error {
	if err == nil {
		return nil
	}
	cure := "check that the storage runs and that --blobs names it"
	switch code := minio.ToErrorResponse(err).Code; code {
	case "NoSuchBucket":
		cure = "make the bucket"
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch":
		cure = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and what they allow"
	case "AuthorizationHeaderMalformed", "PermanentRedirect":
		cure = "name the bucket's region in --blobs: ?region=…"
	case "RequestTimeTooSkewed":
		cure = "set the clock of this machine"
	}
	return dossier.Errorf(dossier.CodeStorage, "the blobs cannot be used: %w", err).About("s3://" + b.name).WithCure(cure)
}

// absent reports whether an error says that there is no such object.
func absent(err error) bool { return minio.ToErrorResponse(err).Code == "NoSuchKey" }

func (b bucket) size(ctx context.Context, key string) (int64, bool, error) {
	info, err := b.client.StatObject(ctx, b.name, b.object(key), minio.StatObjectOptions{})
	if absent(err) {
		return 0, false, nil
	}
	return info.Size, err == nil, b.failed(err)
}

func (b bucket) get(ctx context.Context, key string) ([]byte, bool, error) {
	object, err := b.client.GetObject(ctx, b.name, b.object(key), minio.GetObjectOptions{})
	if err != nil {
		return nil, false, b.failed(err)
	}
	defer object.Close()
	data, err := io.ReadAll(object)
	if absent(err) {
		return nil, false, nil
	}
	return data, err == nil, b.failed(err)
}

func (b bucket) put(ctx context.Context, key string, data []byte) error {
	_, err := b.client.PutObject(ctx, b.name, b.object(key), bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{})
	return b.failed(err)
}

func (b bucket) adopt(ctx context.Context, key, file string) error {
	_, err := b.client.FPutObject(ctx, b.name, b.object(key), file, minio.PutObjectOptions{})
	return b.failed(err)
}

func (b bucket) remove(ctx context.Context, key string) error {
	return b.failed(b.client.RemoveObject(ctx, b.name, b.object(key), minio.RemoveObjectOptions{}))
}

func (b bucket) list(ctx context.Context, prefix string, each func(Info) error) error {
	ctx, stop := context.WithCancel(ctx) // ends the listing when each fails
	defer stop()
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.object(prefix) + "/", Recursive: true}) {
		if o.Err != nil {
			return b.failed(o.Err)
		}
		key := strings.TrimPrefix(strings.TrimPrefix(o.Key, b.prefix), "/")
		if err := each(Info{Key: key, Size: o.Size, Written: o.LastModified}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// local fetches the object into a file that is removed on release.
func (b bucket) local(ctx context.Context, key string) (string, func(), error) {
	file, err := os.CreateTemp(b.tmp, "local-*")
	if err != nil {
		return "", nil, storageError(err)
	}
	release := func() { _ = os.Remove(file.Name()) } // what is left goes with the scratch directory
	object, err := b.client.GetObject(ctx, b.name, b.object(key), minio.GetObjectOptions{})
	if err == nil {
		_, err = io.Copy(file, object)
		_ = object.Close() // its bytes are here, or err says why not
	}
	closeErr := file.Close()
	switch {
	case absent(err):
		release()
		return "", nil, missing(key)
	case err != nil:
		release()
		return "", nil, b.failed(err)
	case closeErr != nil:
		release()
		return "", nil, storageError(closeErr)
	}
	return filepath.Clean(file.Name()), release, nil
}
