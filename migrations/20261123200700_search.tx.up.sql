-- A short code for a person, that may stand in an address of the office: no number and nothing about them.
CREATE FUNCTION new_code() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + floor(random() * 32)::integer, 1) || CASE n WHEN 4 THEN '-' ELSE '' END, '' ORDER BY n)
    FROM   generate_series(1, 6) n
$$;
ALTER TABLE people ADD code text NOT NULL DEFAULT new_code();
ALTER TABLE people ADD CONSTRAINT people_code_once UNIQUE (code);

-- The words of names and addresses, by their beginnings.
ALTER TABLE people ADD words tsvector NOT NULL
    GENERATED ALWAYS AS (to_tsvector('simple', name || ' ' || translate(email, '@.-_+', '     '))) STORED;
CREATE INDEX people_words ON people USING gin (words);
