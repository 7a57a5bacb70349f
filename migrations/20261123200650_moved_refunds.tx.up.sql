-- What goes back because a place costs less on other dates was not given up.
ALTER TABLE refunds DROP CONSTRAINT refunds_reason;
ALTER TABLE refunds ADD CONSTRAINT refunds_reason CHECK (reason IN ('withdrawn', 'came_too_late', 'credit', 'moved'));
