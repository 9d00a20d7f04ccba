-- Names and entities by number. Their ids are hashes: an index by id is written
-- all over, one page a row. What refers to them does so by a number that grows,
-- so that what is new stands together; blocking keys are numbers that stand
-- together where keys begin alike. Most of what a paper with new names costs are
-- the pages that its rows touch.

-- +goose Up
ALTER TABLE canonical_entities ADD COLUMN no BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE;
DROP INDEX canonical_entities_project;
CREATE INDEX canonical_entities_project ON canonical_entities (project_id);

ALTER TABLE entity_names ADD COLUMN no BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE entity_names ADD COLUMN canonical_no BIGINT REFERENCES canonical_entities (no);
ALTER TABLE entity_names ALTER COLUMN keys DROP NOT NULL; -- NULL: it has yet to get them
ALTER TABLE entity_names ALTER COLUMN keys DROP DEFAULT;
UPDATE entity_names n SET canonical_no = c.no, keys = NULL FROM canonical_entities c WHERE c.id = n.canonical_id;
ALTER TABLE entity_names ALTER COLUMN canonical_no SET NOT NULL;
ALTER TABLE entity_names DROP COLUMN canonical_id;
CREATE INDEX entity_names_canonical ON entity_names (canonical_no);
CREATE INDEX entity_names_unkeyed ON entity_names (project_id) WHERE keys IS NULL;

ALTER TABLE document_entities ADD COLUMN name_no BIGINT REFERENCES entity_names (no);
UPDATE document_entities e SET name_no = n.no FROM entity_names n WHERE n.id = e.name_id;
ALTER TABLE document_entities ALTER COLUMN name_no SET NOT NULL;
ALTER TABLE document_entities DROP COLUMN name_id;
CREATE INDEX document_entities_name ON document_entities (name_no);

-- Only the rules know the keys of the names that were there: they get them
-- before the next name of their project is compared with them.
DROP TABLE entity_name_keys;
CREATE TABLE entity_name_keys (
    key     BIGINT NOT NULL,
    name_no BIGINT NOT NULL,
    PRIMARY KEY (key, name_no)
);

DROP INDEX entity_events_entity; -- the feed is read in its order
