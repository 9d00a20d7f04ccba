package main

import (
	"os"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/paid"
)

// modelFlags are the flags that say who finds names. Budgets, call rate and
// fallback are those of recognition.
type modelFlags struct {
	MentionsWith string            `enum:"local,llm" default:"local" group:"mentions" help:"Who finds names: local (rules and tagger) or llm (a language model as well)." placeholder:"WHO"`
	LLMURL       string            `name:"llm-url" group:"mentions" help:"Endpoint with OpenAI's chat protocol: https://host/v1. The key comes from DOSSIER_LLM_KEY." placeholder:"URL"`
	LLMModel     string            `name:"llm-model" group:"mentions" help:"Model that finds names." placeholder:"MODEL"`
	LLMPrices    map[string]string `name:"llm-prices" mapsep:"," group:"mentions" help:"Price in US dollars per million tokens, by model: input/output or input/output/cached-input. A model without a price is free." placeholder:"MODEL=0.15/0.60/0.075,…"`
}

// withLLM has a model find names too.
const withLLM = "llm"

// llmKey holds the key of the model, like visionKey.
const llmKey = "DOSSIER_LLM_KEY"

// configureModel returns the model that the flags name, nil for none.
func (g globals) configureModel() (*paid.Model, error) {
	if g.MentionsWith != withLLM {
		return nil, nil
	}
	client, err := llm.New(llm.Config{BaseURL: g.LLMURL, Model: g.LLMModel, APIKey: os.Getenv(llmKey), Name: "llm"})
	if err != nil {
		return nil, err
	}
	r, err := g.configure() // for what both have
	if err != nil {
		return nil, err
	}
	m := &paid.Model{Client: client, Caps: r.Caps, PerSecond: r.PerSecond, Fallback: r.Fallback}
	prices := map[string]llm.Price{}
	for model, text := range g.LLMPrices {
		if prices[model], err = llm.ParsePrice(text); err != nil {
			return nil, err
		}
	}
	m.Price = prices[g.LLMModel]
	if m.Price == (llm.Price{}) && (m.Caps.Run > 0 || m.Caps.Project > 0 || m.Caps.Day > 0) {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "no price of %s is known, so no budget can be kept", g.LLMModel).
			About("--llm-prices").WithCure("name it: " + g.LLMModel + "=0.15/0.60, in dollars for a million tokens of input and of output")
	}
	return m, nil
}

// modelEnviron is the flags as environment variables.
func (f modelFlags) modelEnviron() []string {
	var prices []string
	for model, price := range f.LLMPrices {
		prices = append(prices, model+"="+price)
	}
	slices.Sort(prices)
	env := []string{"DOSSIER_MENTIONS_WITH=" + f.MentionsWith, "DOSSIER_LLM_URL=" + f.LLMURL, "DOSSIER_LLM_MODEL=" + f.LLMModel}
	if len(prices) > 0 {
		env = append(env, "DOSSIER_LLM_PRICES="+strings.Join(prices, ","))
	}
	return env
}

// checkModel asks the endpoint for its models.
func checkModel(e *env) (string, error) {
	m, err := e.configureModel()
	if err != nil {
		return "", err
	}
	return m.Client.Probe(e.ctx)
}
