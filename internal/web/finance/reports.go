package finance

// mountReports adds what the bookkeeper sends and reads: reminders, aged debt, the month and its export.
func (f finance) mountReports(g routes) {
	g.get("/chase", f.chasing)
	g.post("/chase", f.chase)
	g.get("/chase/:code", f.chased)
	g.post("/chase/:code", f.noteAnswer)
	g.get("/aged", f.aged)
	g.get("/orders", f.orders)
	g.get("/lists/:file", f.saveList)
	g.get("/aged/:code", f.statement)
	g.get("/aged/:code/csv", f.statementCSV)
	g.get("/aged/:code/pdf", f.statementPDF)
	g.get("/month", f.thisMonth)
	g.get("/month/:month", f.month)
	g.get("/month/:month/csv", f.monthCSV)
	g.get("/export", f.export)
	g.get("/export/:month", f.exportCSV)
}
