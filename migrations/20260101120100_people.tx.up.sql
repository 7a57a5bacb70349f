-- Everybody whom the system knows by an email address. A person is made when an address is confirmed, not when it is typed.
CREATE TABLE people (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      text        NOT NULL,
    name       text        NOT NULL DEFAULT '',
    phone      text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    CONSTRAINT people_email_unique     UNIQUE (email),
    CONSTRAINT people_email_normalised CHECK (email = lower(email COLLATE "C") AND email = btrim(email) AND length(email) BETWEEN 3 AND 254),
    CONSTRAINT people_name_short       CHECK (length(name) <= 200),
    CONSTRAINT people_phone_short      CHECK (length(phone) <= 40)
);

--bun:split

-- What staff may do. Learners and employers' people have no row here: what they may see follows from what is theirs.
CREATE TABLE person_roles (
    person_id  bigint      NOT NULL REFERENCES people,
    role       text        NOT NULL,
    granted_at timestamptz NOT NULL,
    CONSTRAINT person_roles_pkey PRIMARY KEY (person_id, role),
    CONSTRAINT person_roles_role CHECK (role IN ('admin', 'finance', 'trainer', 'assessor', 'auditor'))
);

--bun:split

-- One request to sign in: a link and a code, either of which works once. Only hashes are kept. The code's is
-- taken together with the key that the asking browser holds, so that a code is worth nothing anywhere else.
CREATE TABLE sign_ins (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email        text        NOT NULL,
    token_hash   bytea       NOT NULL,
    request_hash bytea       NOT NULL,
    code_hash    bytea       NOT NULL,
    next         text        NOT NULL,
    attempts     int         NOT NULL DEFAULT 0,
    asked_at     timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    CONSTRAINT sign_ins_token_unique     UNIQUE (token_hash),
    CONSTRAINT sign_ins_request_unique   UNIQUE (request_hash),
    CONSTRAINT sign_ins_hashes           CHECK (length(token_hash) = 32 AND length(request_hash) = 32 AND length(code_hash) = 32),
    CONSTRAINT sign_ins_attempts         CHECK (attempts BETWEEN 0 AND 5),
    CONSTRAINT sign_ins_within_the_hour  CHECK (expires_at > asked_at AND expires_at <= asked_at + interval '1 hour')
);

--bun:split

CREATE INDEX sign_ins_by_email ON sign_ins (email, asked_at);

--bun:split

CREATE TABLE sessions (
    token_hash  bytea       PRIMARY KEY,
    person_id   bigint      NOT NULL REFERENCES people,
    device      text        NOT NULL,
    started_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    verified_at timestamptz,
    CONSTRAINT sessions_hash    CHECK (length(token_hash) = 32),
    CONSTRAINT sessions_device  CHECK (length(device) <= 100),
    CONSTRAINT sessions_in_time CHECK (started_at <= seen_at AND seen_at <= expires_at)
);

--bun:split

CREATE INDEX sessions_by_person ON sessions (person_id);

--bun:split

-- The second factor of staff (RFC 6238). last_step is the last 30-second step that was used: none counts twice.
CREATE TABLE person_totps (
    person_id    bigint      PRIMARY KEY REFERENCES people,
    secret       bytea       NOT NULL,
    confirmed_at timestamptz,
    last_step    bigint      NOT NULL DEFAULT 0,
    misses       int         NOT NULL DEFAULT 0,
    missed_at    timestamptz,
    CONSTRAINT person_totps_misses CHECK (misses >= 0 AND (misses = 0 OR missed_at IS NOT NULL))
);

--bun:split

GRANT SELECT, INSERT                 ON people       TO bursar_app;
GRANT UPDATE (name, phone)           ON people       TO bursar_app;
GRANT SELECT, INSERT, DELETE         ON person_roles TO bursar_app;
GRANT SELECT, INSERT, DELETE         ON sign_ins     TO bursar_app;
GRANT UPDATE (used_at, attempts)     ON sign_ins     TO bursar_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions     TO bursar_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON person_totps TO bursar_app;
