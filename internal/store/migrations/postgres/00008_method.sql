-- Which rule found a relation.

-- +goose Up
ALTER TABLE relationships ADD COLUMN method TEXT NOT NULL DEFAULT '';
