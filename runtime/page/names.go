package page

// A Name is the name of a page: its template is the file of that name with the
// suffix ".html".
type Name string

// The pages. [Error] shows what no other page has a place for.
const (
	Login    Name = "login"
	Register Name = "register"
	Confirm  Name = "confirm"
	Password Name = "password"
	Devices  Name = "devices"
	Error    Name = "error"
)

// names lists the pages of an application.
func (c *Config) names() []Name {
	names := []Name{Login, Confirm, Password, Devices, Error}
	if c.Register {
		names = append(names, Register)
	}
	return names
}
