-- A month is read by when its entries were posted, however long the books are.
CREATE INDEX entries_by_time ON entries (posted_at);
