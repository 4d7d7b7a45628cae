package mysql

import "testing"

func TestVersions(t *testing.T) {
	for version, want := range map[string]bool{
		"8.0.13": true, "8.0.12": false, "8.0.36-0ubuntu0.22.04.1": true, "8.4.0": true, "9.1.0-commercial": true, "5.7.44-log": false,
		"10.6.0-MariaDB": true, "10.11.6-MariaDB-0+deb12u1": true, "11.4.2-MariaDB-log": true, "10.5.27-MariaDB": false,
		"5.5.5-10.11.6-MariaDB": true, "5.5.68-MariaDB": false, "": false, "eight": false,
	} {
		if err := checkVersion(version); (err == nil) != want {
			t.Errorf("%q: %v", version, err)
		}
	}
}
