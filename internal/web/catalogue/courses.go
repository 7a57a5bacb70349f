package catalogue

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

// shelf is a course with its runs that are not over.
type shelf struct {
	course.Course
	Runs []*course.Offering
}

// Tag is how a run stands.
func (shelf) Tag(o *course.Offering) page.Tag { return tagOf(o) }

type coursesPage struct {
	page.Base
	Shelves []shelf
	Save    page.Saving // of the runs
}

// courses shows everything that is taught, with the runs that staff still work on.
func (d desk) courses(c *gin.Context) error {
	list, err := course.Courses(c.Request.Context(), d.DB)
	if err != nil {
		return err
	}
	runs, err := course.Current(c.Request.Context(), d.DB)
	if err != nil {
		return err
	}
	p := &coursesPage{Base: page.Base{Crumbs: []page.Link{home}}, Save: page.SavingAt(c, "/admin/export/cohorts")}
	for _, k := range list {
		s := shelf{Course: k}
		for _, o := range runs {
			if o.CourseID == k.ID {
				s.Runs = append(s.Runs, o)
			}
		}
		p.Shelves = append(p.Shelves, s)
	}
	return page.Render(c, "catalogue/courses", p)
}

type courseForm struct {
	Title       string `form:"title"`
	Slug        string `form:"slug"`
	Summary     string `form:"summary"`
	Audience    string `form:"audience"`
	Description string `form:"description"`
	Position    string `form:"position"`
	Seen        string `form:"seen"` // see seenOf
}

func courseFormOf(k *course.Course) courseForm {
	f := courseForm{Title: k.Title, Summary: k.Summary, Audience: k.Audience, Description: k.Description, Position: number(k.Position)}
	f.Seen = seenOf(f)
	return f
}

// course is what was typed over what was there.
func (f courseForm) course(before course.Course) (course.Course, error) {
	wrong := page.Mistakes{}
	k := before
	k.Title, k.Summary, k.Audience, k.Description = f.Title, f.Summary, f.Audience, f.Description
	k.Position = wrong.Count("position", f.Position)
	return k, wrong.Refusal(nil)
}

type coursePage struct {
	page.Base
	Known *course.Course // nil: a new one
	Form  courseForm
}

func (d desk) blankCourse(c *gin.Context) error {
	return page.Render(c, "catalogue/course", &coursePage{Base: page.Base{Crumbs: []page.Link{home, allCourses}}})
}

func (d desk) addCourse(c *gin.Context) error {
	p := &coursePage{Base: page.Base{Crumbs: []page.Link{home, allCourses}}}
	var k course.Course
	err := page.Bind(c, &p.Form)
	if err == nil {
		k, err = p.Form.course(course.Course{Slug: p.Form.Slug})
	}
	if err == nil {
		err = d.write(c, func(ctx context.Context, tx *db.Tx, by audit.Actor) error { return course.Add(ctx, tx, by, &k) })
	}
	if err != nil {
		return page.Again(c, err, "catalogue/course", p)
	}
	return saved(c, "/admin/courses")
}

// coursePage is the form of the course that the address names.
func (d desk) coursePage(c *gin.Context) (*coursePage, error) {
	found, err := course.Find(c.Request.Context(), d.DB, c.Param("slug"))
	if err != nil {
		return nil, err
	}
	k := found.Course
	return &coursePage{Base: page.Base{Crumbs: []page.Link{home, allCourses}}, Known: &k, Form: courseFormOf(&k)}, nil
}

func (d desk) editCourse(c *gin.Context) error {
	p, err := d.coursePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/course", p)
}

func (d desk) saveCourse(c *gin.Context) error {
	p, err := d.coursePage(c)
	if err != nil {
		return err
	}
	var k course.Course
	if err = page.Bind(c, &p.Form); err == nil {
		k, err = p.Form.course(*p.Known)
	}
	if err == nil {
		now := func(ctx context.Context, tx *db.Tx) (string, error) {
			there, err := course.Lock(ctx, tx, k.ID)
			if err != nil {
				return "", err
			}
			return courseFormOf(there).Seen, nil
		}
		err = d.writeSeen(c, &p.Form.Seen, now, func(ctx context.Context, tx *db.Tx, by audit.Actor) error { return course.Edit(ctx, tx, by, &k) })
	}
	if err != nil {
		return page.Again(c, err, "catalogue/course", p)
	}
	return saved(c, "/admin/courses")
}
