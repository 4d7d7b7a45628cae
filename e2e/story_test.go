package e2e

import (
	"strings"
	"testing"
	"time"
)

// iPhone is the User-Agent of a phone.
const iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"

// TestStory is the life of an account, in the browser.
func TestStory(t *testing.T) {
	t.Parallel()
	t.Run("with script", func(t *testing.T) {
		t.Parallel()
		tellStory(newVisitor(t), func(*visitor) {})
	})
	t.Run("without script", func(t *testing.T) {
		t.Parallel()
		tellStory(newVisitor(t), func(v *visitor) { v.RunNoScript() })
	})
}

// tellStory tells the life of an account in browsers that are set up by setUp.
func tellStory(ann *visitor, setUp func(*visitor)) {
	t := ann.t
	setUp(ann)

	// She wants to go somewhere, and is kept on the way there while she registers.
	ann.lands(ann.open("/private"), 200, "/auth/login?return_to=%2Fprivate")
	ann.lands(ann.Press(`a[href^="/auth/register"]`), 200, "/auth/register?return_to=%2Fprivate")
	ann.Type("#register [name=email]", ann.email)
	ann.Type("#register [name=password]", ann.password)
	ann.lands(ann.Press("#register button"), 200, "/auth/login?notice=registered&return_to=%2Fprivate")
	if !ann.Has("[role=status]") {
		t.Error("nothing says that she is registered")
	}

	// A wrong password leaves her where she was, with what she typed but the password.
	ann.Type("#login [name=email]", ann.email)
	ann.Type("#login [name=password]", "not the password at all")
	if answer := ann.Press("#login button"); answer.Status != 401 {
		t.Errorf("a wrong password is answered with %d", answer.Status)
	}
	if !ann.Has("[role=alert]") {
		t.Error("nothing says that the password is wrong")
	}
	if got := ann.Value("#login [name=email]"); got != ann.email {
		t.Errorf("after a wrong password the field of the address holds %q", got)
	}
	if got := ann.Value("#login [name=password]"); got != "" {
		t.Errorf("after a wrong password its field holds %q", got)
	}
	ann.Type("#login [name=password]", ann.password)
	ann.lands(ann.Press("#login button"), 200, "/private")
	id, _ := ann.me(ann.session())
	if got := ann.Text("#user"); ann.Text("h1") != "Private" || got != id || id == "" {
		t.Errorf("her page is of %q, want %q", got, id)
	}

	// Her phone signs in too. She sees both, and ends the phone's.
	phone := ann.elsewhere()
	setUp(phone)
	phone.Pretend(iPhone)
	phone.lands(phone.logIn("/auth/login"), 200, "/auth/devices")
	ann.lands(ann.open("/auth/devices"), 200, "/auth/devices")
	if all, current := ann.Count("#devices > li"), ann.Count(`#devices > li[aria-current="true"]`); all != 2 || current != 1 {
		t.Fatalf("%d devices, %d of them current, want 2 and 1", all, current)
	}
	if ann.Has(`#devices > li[aria-current="true"] form`) {
		t.Error("the device in use can be ended like another")
	}
	here, there := ann.Text(`#devices > li[aria-current="true"]`), ann.Text("#devices > li:not([aria-current])")
	if !strings.Contains(here, "Chrome on Linux") {
		t.Errorf("her computer is called %q", here)
	}
	if !strings.Contains(there, "Safari on iOS") {
		t.Errorf("her phone is called %q", there)
	}
	for _, name := range []string{here, there} {
		if strings.Contains(name, "Mozilla") || strings.Contains(name, "AppleWebKit") {
			t.Errorf("%q is no name for people", name)
		}
	}
	ended := ann.Press("#devices form button")
	if ended.Status != 200 || ended.URL.Path != "/auth/devices" || ann.Count("#devices > li") != 1 {
		t.Errorf("after ending a device she is at %s with %d devices", ended.URL, ann.Count("#devices > li"))
	}
	phone.lands(phone.open("/private"), 200, "/auth/login?return_to=%2Fprivate")

	// She changes her password, which ends the phone's next login as well.
	phone.lands(phone.logIn("/auth/login"), 200, "/auth/devices")
	old := ann.password
	ann.password = "eleven red kites at dusk"
	suite.secrets.Add("password", ann.password)
	ann.lands(ann.open("/auth/password"), 200, "/auth/password")
	ann.Type("#password [name=current_password]", old)
	ann.Type("#password [name=new_password]", ann.password)
	ann.lands(ann.Press("#password button"), 200, "/auth/devices?notice=password-changed")
	if n := ann.Count("#devices > li"); n != 1 || !ann.Has("[role=status]") {
		t.Errorf("after a new password she has %d devices", n)
	}
	phone.lands(phone.open("/private"), 200, "/auth/login?return_to=%2Fprivate")
	if answer := phone.logIn("/auth/login"); answer.Status != 401 {
		t.Errorf("the old password is answered with %d", answer.Status)
	}

	// The phone, with the new password, and all others are ended at once.
	phone.password = ann.password
	phone.lands(phone.logIn("/auth/login"), 200, "/auth/devices")
	ann.open("/auth/devices")
	if answer := ann.Press("#end-others button"); answer.URL.Path != "/auth/devices" || ann.Count("#devices > li") != 1 {
		t.Errorf("after ending all others she is at %s with %d devices", answer.URL, ann.Count("#devices > li"))
	}
	phone.lands(phone.open("/auth/devices"), 200, "/auth/login?return_to=%2Fauth%2Fdevices")

	// She leaves.
	session := ann.session()
	ann.lands(ann.Press("#logout button"), 200, "/auth/login?notice=logged-out")
	if ann.session() != "" {
		t.Error("the cookie stays after she left")
	}
	if _, status := ann.me(session); status != 401 {
		t.Errorf("her session is answered with %d after she left", status)
	}
	ann.lands(ann.open("/private"), 200, "/auth/login?return_to=%2Fprivate")
}

// A login that is not recent has to be confirmed, on the way to where it matters.
//
// SECURITY SES-10.
func TestSES10_AnOldLoginIsConfirmedOnTheWay(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	ann.RunNoScript()
	ann.lands(ann.logIn("/auth/login?return_to=/auth/password"), 200, "/auth/password")
	if err := ann.server.Age(ann.email, 16*time.Minute); err != nil {
		t.Fatal(err)
	}

	ann.lands(ann.open("/auth/password"), 200, "/auth/confirm?return_to=%2Fauth%2Fpassword")
	ann.Type("#confirm [name=password]", "not the password at all")
	if answer := ann.Press("#confirm button"); answer.Status != 401 || !ann.Has("#confirm") || ann.Value("#confirm [name=password]") != "" {
		t.Errorf("a wrong password is answered with %d", answer.Status)
	}
	ann.Type("#confirm [name=password]", ann.password)
	ann.lands(ann.Press("#confirm button"), 200, "/auth/password")
}
