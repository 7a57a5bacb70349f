-- When whoever was offered a place on a course application was reminded of the day until which it is kept.
ALTER TABLE sensitive.course_applications ADD reminded_at timestamptz;
