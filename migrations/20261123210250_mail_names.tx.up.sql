-- Which codes the words of a mail name: by them it is found for a place once its words are deleted.
ALTER TABLE mails ADD COLUMN names text[] NOT NULL DEFAULT '{}';
UPDATE mails SET names = ARRAY(
    SELECT DISTINCT found[1] FROM regexp_matches(text_body, '\m([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2})\M', 'g') AS found)
WHERE NOT secret;

-- Words, facts and files go together.
DROP INDEX mails_with_facts;
CREATE INDEX mails_with_words ON mails (created_at) WHERE text_body <> '';
GRANT DELETE ON mail_attachments TO bursar_worker;
