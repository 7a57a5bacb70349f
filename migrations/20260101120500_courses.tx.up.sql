-- What is taught, and its dated deliveries.
CREATE TABLE courses (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug        text NOT NULL CONSTRAINT courses_slug_once UNIQUE,
    title       text NOT NULL,
    summary     text NOT NULL,           -- one sentence, for lists
    description text NOT NULL,           -- paragraphs, separated by empty lines
    audience    text NOT NULL,           -- who it is for, one paragraph
    position    integer NOT NULL         -- order in the catalogue
);

CREATE TABLE runs (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL CONSTRAINT runs_code_once UNIQUE CONSTRAINT runs_code_form CHECK (code ~ '^[A-Z0-9]{2,4}-[A-Z0-9]{2,5}$'),
    course_id    bigint NOT NULL REFERENCES courses,
    city         text NOT NULL,          -- "Manchester", or "Online"
    venue        text NOT NULL,
    schedule     text NOT NULL DEFAULT '', -- what the blocks alone do not say: "20 days a year for three years"
    status       text NOT NULL CONSTRAINT runs_status CHECK (status IN ('draft', 'open', 'closed', 'cancelled', 'finished')),
    entry        text NOT NULL CONSTRAINT runs_entry CHECK (entry IN ('book', 'apply')),
    listed       boolean NOT NULL DEFAULT true, -- false: in-house, for one organisation's staff
    closes_on    date,                   -- last London day on which a place can be booked
    minimum      integer NOT NULL DEFAULT 0,
    day_starts   time NOT NULL DEFAULT '09:30',
    day_ends     time NOT NULL DEFAULT '16:30'
);
CREATE INDEX runs_of_course ON runs (course_id);

CREATE TABLE blocks (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id    bigint NOT NULL REFERENCES runs,
    number    integer NOT NULL,
    starts_on date NOT NULL,
    ends_on   date NOT NULL,
    CONSTRAINT blocks_numbered_once UNIQUE (run_id, number),
    CONSTRAINT blocks_in_order CHECK (ends_on >= starts_on)
);

-- What a place costs, in pence, by who pays. The same amount in all three means one price for everybody.
CREATE TABLE run_prices (
    run_id bigint NOT NULL REFERENCES runs,
    band   text NOT NULL CONSTRAINT run_prices_band CHECK (band IN ('organisation', 'self', 'peer')),
    amount bigint NOT NULL CONSTRAINT run_prices_positive CHECK (amount BETWEEN 1 AND 100000000),
    PRIMARY KEY (run_id, band)
);

-- The provider's own withdrawal scale: from days_before days before the first day (and until the next larger
-- one), charge_bp basis points of the price and a fixed fee in pence are kept.
CREATE TABLE run_withdrawal_steps (
    run_id      bigint NOT NULL REFERENCES runs,
    days_before integer NOT NULL CHECK (days_before >= 0),
    charge_bp   integer NOT NULL CONSTRAINT run_withdrawal_steps_share CHECK (charge_bp BETWEEN 0 AND 10000),
    fee         bigint NOT NULL DEFAULT 0 CONSTRAINT run_withdrawal_steps_fee CHECK (fee >= 0),
    PRIMARY KEY (run_id, days_before)
);

-- The places of a run, in a row that no foreign key points at: bookings queue here and nowhere else. held and
-- confirmed are counted by a trigger on enrolments and by nothing else; peers is how many of both are peers.
-- Until the reserved places are released, the others leave that many free.
CREATE TABLE run_places (
    run_id     bigint PRIMARY KEY REFERENCES runs,
    capacity   integer NOT NULL,
    reserved   integer NOT NULL DEFAULT 0,
    release_on date,                     -- London day after which the reserved places open to everybody
    released   boolean NOT NULL DEFAULT false,
    held       integer NOT NULL DEFAULT 0,
    confirmed  integer NOT NULL DEFAULT 0,
    peers      integer NOT NULL DEFAULT 0,
    CONSTRAINT run_places_counted CHECK (held >= 0 AND confirmed >= 0 AND peers BETWEEN 0 AND held + confirmed),
    CONSTRAINT run_places_not_oversold CHECK (held + confirmed <= capacity),
    CONSTRAINT run_places_reserve CHECK (reserved BETWEEN 0 AND capacity),
    CONSTRAINT run_places_kept_for_peers CHECK (released OR reserved = 0 OR held + confirmed - peers <= capacity - reserved)
);

GRANT SELECT, INSERT, UPDATE ON courses, runs, blocks, run_prices, run_withdrawal_steps TO bursar_app;
GRANT DELETE ON blocks, run_prices, run_withdrawal_steps TO bursar_app;
GRANT SELECT, INSERT (run_id, capacity, reserved, release_on), UPDATE (capacity, reserved, release_on, released) ON run_places TO bursar_app;
