package catalogue

import (
	"context"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

// The usual hours of a day, and the usual way in, until staff say otherwise.
const (
	usualStart = "09:30"
	usualEnd   = "16:30"
)

type runForm struct {
	Course     string `form:"course"`
	Code       string `form:"code"`
	City       string `form:"city"`
	Venue      string `form:"venue"`
	Capacity   string `form:"capacity"`
	FirstDay   string `form:"block1-day"`
	FirstMonth string `form:"block1-month"`
	FirstYear  string `form:"block1-year"`
	LastDay    string `form:"block1_to-day"`
	LastMonth  string `form:"block1_to-month"`
	LastYear   string `form:"block1_to-year"`
}

// offering is the run that was typed.
func (f runForm) offering(courses []course.Course) (*course.Offering, error) {
	wrong := page.Mistakes{}
	o := &course.Offering{Run: course.Run{Code: strings.ToUpper(f.Code), City: f.City, Venue: f.Venue, Entry: course.Book, Listed: true,
		DayStarts: usualStart, DayEnds: usualEnd}}
	for _, k := range courses {
		if k.Slug == f.Course {
			o.CourseID = k.ID
		}
	}
	wrong.Needed("course", f.Course, "Choose a course")
	wrong.Needed("code", f.Code, "Enter a code, like FND-L28")
	wrong.Needed("city", f.City, "Enter the town, or Online")
	wrong.Needed("block1", f.FirstDay+f.FirstMonth+f.FirstYear, "Enter the first day of the first block")
	wrong.Needed("block1_to", f.LastDay+f.LastMonth+f.LastYear, "Enter the last day of the first block")
	wrong.Needed("capacity", f.Capacity, "Enter how many places there are")
	o.Places.Capacity = wrong.Count("capacity", f.Capacity)
	o.Blocks = []course.Block{{
		StartsOn: wrong.Day("block1", f.FirstDay, f.FirstMonth, f.FirstYear), EndsOn: wrong.Day("block1_to", f.LastDay, f.LastMonth, f.LastYear)}}
	return o, wrong.Refusal(nil)
}

type runPage struct {
	page.Base
	Courses []course.Course
	Form    runForm
}

// Choices are the courses.
func (p *runPage) Choices() []page.Choice {
	var list []page.Choice
	for _, k := range p.Courses {
		list = append(list, page.Choice{Value: k.Slug, Label: k.Title})
	}
	return list
}

func (d desk) runPage(c *gin.Context) (*runPage, error) {
	list, err := course.Courses(c.Request.Context(), d.DB)
	return &runPage{Base: page.Base{Crumbs: []page.Link{home, allCourses}}, Courses: list}, err
}

func (d desk) blankRun(c *gin.Context) error {
	p, err := d.runPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/run", p)
}

// planRun makes a draft.
func (d desk) planRun(c *gin.Context) error {
	p, err := d.runPage(c)
	if err != nil {
		return err
	}
	var o *course.Offering
	if err = page.Bind(c, &p.Form); err == nil {
		o, err = p.Form.offering(p.Courses)
	}
	if err == nil {
		err = d.write(c, func(ctx context.Context, tx *db.Tx, by audit.Actor) error { return course.Plan(ctx, tx, by, o) })
	}
	if err != nil {
		return page.Again(c, err, "catalogue/run", p)
	}
	page.Flash(c, page.RunPlanned)
	return page.Redirect(c, href(o)+"/status")
}

type detailsForm struct {
	Schedule    string `form:"schedule"`
	Entry       string `form:"entry" binding:"required,oneof=book apply" error:"Choose how people get a place"`
	Listed      string `form:"listed" binding:"required,oneof=yes no" error:"Choose who sees these dates"`
	CloseDay    string `form:"closes_on-day"`
	CloseMonth  string `form:"closes_on-month"`
	CloseYear   string `form:"closes_on-year"`
	FromDay     string `form:"applies_from-day"`
	FromMonth   string `form:"applies_from-month"`
	FromYear    string `form:"applies_from-year"`
	Minimum     string `form:"minimum"`
	DecideDay   string `form:"decide_by-day"`
	DecideMonth string `form:"decide_by-month"`
	DecideYear  string `form:"decide_by-year"`
	Attendance  string `form:"attendance" binding:"required" error:"Enter how much of the time completing it takes, like 80"`
	MayMiss     string `form:"may_miss" binding:"required,oneof=yes no" error:"Choose whether a whole block may be missed"`
	Seen        string `form:"seen"` // see seenOf
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func detailsFormOf(v course.Details) detailsForm {
	f := detailsForm{Schedule: v.Schedule, Entry: string(v.Entry), Listed: yesNo(v.Listed), Minimum: strconv.Itoa(v.Minimum),
		Attendance: perCent(v.AttendanceBP), MayMiss: yesNo(v.MayMissBlock)}
	f.CloseDay, f.CloseMonth, f.CloseYear = page.Boxes(v.ClosesOn)
	f.FromDay, f.FromMonth, f.FromYear = page.Boxes(v.AppliesFrom)
	f.DecideDay, f.DecideMonth, f.DecideYear = page.Boxes(v.DecideBy)
	f.Seen = seenOf(f)
	return f
}

func (f detailsForm) details() (course.Details, error) {
	wrong := page.Mistakes{}
	return course.Details{
		Schedule: f.Schedule, Entry: course.Entry(f.Entry), Listed: f.Listed == "yes",
		ClosesOn: wrong.Day("closes_on", f.CloseDay, f.CloseMonth, f.CloseYear), Minimum: wrong.Count("minimum", f.Minimum),
		AppliesFrom:  wrong.Day("applies_from", f.FromDay, f.FromMonth, f.FromYear),
		DecideBy:     wrong.Day("decide_by", f.DecideDay, f.DecideMonth, f.DecideYear),
		AttendanceBP: wrong.Percent("attendance", f.Attendance), MayMissBlock: f.MayMiss == "yes",
	}, wrong.Refusal(nil)
}

type detailsPage struct {
	page.Base
	Run  *course.Offering
	Form detailsForm
}

func (d desk) details(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/details", &detailsPage{Base: within(o), Run: o, Form: detailsFormOf(o.Details())})
}

func (d desk) saveDetails(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	p := &detailsPage{Base: within(o), Run: o}
	var v course.Details
	if err = page.Bind(c, &p.Form); err == nil {
		v, err = p.Form.details()
	}
	if err == nil {
		now := ofRun(o, func(now *course.Offering) string { return detailsFormOf(now.Details()).Seen })
		err = d.writeSeen(c, &p.Form.Seen, now, func(ctx context.Context, tx *db.Tx, by audit.Actor) error {
			return course.SetDetails(ctx, tx, by, o.ID, v)
		})
	}
	if err != nil {
		return page.Again(c, err, "catalogue/details", p)
	}
	return saved(c, href(o)+"/status")
}
