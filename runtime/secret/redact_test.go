package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/secret"

	"gopkg.in/yaml.v3"
)

// holder keeps a secret where fmt cannot call its methods.
type holder struct {
	Shown  secret.Secret
	hidden secret.Secret
	deep   *secret.Secret
}

func TestKEY09_SecretsAreRedactedEverywhere(t *testing.T) {
	s := parse(t, base64.StdEncoding.EncodeToString(rootBytes))
	h := holder{Shown: s, hidden: s, deep: &s}
	for _, v := range []any{s, &s, h, &h, []secret.Secret{s}, map[string]secret.Secret{"k": s}, fmt.Errorf("wrapped: %v", s)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%08b", "%t"} {
			assertNoCanary(t, fmt.Sprintf("%T with %s", v, verb), fmt.Sprintf(verb, v))
		}
		for name, out := range encodings(t, v) {
			assertNoCanary(t, fmt.Sprintf("%T as %s", v, name), out)
		}
	}
}

func TestKEY09_ARedactedSecretSaysSo(t *testing.T) {
	s, _ := secret.Generate()
	outputs := encodings(t, s)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		outputs[verb] = fmt.Sprintf(verb, s)
	}
	outputs["String"], outputs["GoString"], outputs["LogValue"] = s.String(), s.GoString(), s.LogValue().String()
	asJSON, err := s.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	outputs["MarshalJSON"] = string(asJSON)
	for name, out := range outputs {
		if !strings.Contains(out, "[redacted]") {
			t.Errorf("%s prints %q", name, out)
		}
	}
}

// encodings returns v in every encoding a program is likely to write it in.
func encodings(t *testing.T, v any) map[string]string {
	t.Helper()
	var logText, logJSON bytes.Buffer
	slog.New(slog.NewTextHandler(&logText, nil)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&logJSON, nil)).Info("x", "v", v)
	out := map[string]string{"slog text": logText.String(), "slog json": logJSON.String()}
	if _, isError := v.(error); isError {
		return out
	}
	asJSON, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out["json"], out["yaml"] = string(asJSON), string(asYAML)
	if asXML, err := xml.Marshal(v); err == nil { // a map has no XML form
		out["xml"] = string(asXML)
	}
	return out
}

// assertNoCanary fails if out holds rootBytes in any spelling.
func assertNoCanary(t *testing.T, what, out string) {
	t.Helper()
	decimal := strings.Trim(fmt.Sprint(rootBytes), "[]")
	spellings := []string{
		string(rootBytes[:8]), hex.EncodeToString(rootBytes[:4]), base64.StdEncoding.EncodeToString(rootBytes)[:10],
		decimal[:20], strings.Join(strings.Fields(decimal)[:4], ", "), "0x5b, 0x1f",
	}
	for _, s := range spellings {
		if strings.Contains(strings.ToLower(out), strings.ToLower(s)) {
			t.Errorf("%s shows the secret: %s", what, out)
			return
		}
	}
}
