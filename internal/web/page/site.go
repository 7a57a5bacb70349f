package page

// Site is what every page says about the provider. All of it comes from the settings.
type Site struct {
	Name    string // of the provider, as signed and invoiced: "Threshold Dialogue Training CIC"
	Short   string // the same as people say it: "Threshold"
	Email   string // of the office
	Phone   string // of the office
	Hours   string // when the telephone is answered: "Monday to Friday, 9am to 5pm"
	Address string // of the office, in one line
	URL     string // public base address without a final slash
	Demo    bool   // demonstration: a banner says so on every page
}
