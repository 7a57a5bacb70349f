-- What the next pounds given to a fund unlock, as the latest allocation of each round found it: how many more pounds pay
-- for one more person. A fund without a row would fund nobody more now. It says nothing about whom.
CREATE TABLE fund_unlocks (
    fund_id  bigint NOT NULL REFERENCES funds,
    round_id bigint NOT NULL REFERENCES rounds,
    more     bigint NOT NULL CONSTRAINT fund_unlocks_more CHECK (more >= 0), -- pence
    at       timestamptz NOT NULL,
    PRIMARY KEY (fund_id, round_id)
);
GRANT SELECT ON fund_unlocks TO bursar_app;
GRANT INSERT, UPDATE, DELETE ON fund_unlocks TO bursar_office, bursar_worker;

-- Gifts are read by when they came: after an allocation, and by month for claiming Gift Aid.
CREATE INDEX gifts_received ON gifts (received_at, id) WHERE status = 'received';
