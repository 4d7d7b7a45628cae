package token_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"testing"

	"github.com/authgen-go/authgen/runtime/token"
)

// Known answers: numbers and texts of the RFCs.
const (
	rfc7515Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	rfc7515HMACKey = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
	rfc7515RSA     = `{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}`
	rfc7515EC      = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
	rfc7638RSA     = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	rfc8037Key     = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	rfc8037Seed    = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
)

func TestRFC7515AppendixA(t *testing.T) {
	payload := string(must(base64.RawURLEncoding.DecodeString(rfc7515Payload))(t))
	secret := must(token.NewHMAC(must(base64.RawURLEncoding.DecodeString(rfc7515HMACKey))(t)))(t)
	for name, c := range map[string]struct {
		key *token.Key
		jws string
	}{
		"A.1 HS256": {secret, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + rfc7515Payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
		"A.2 RS256": {must(token.ReadJWK([]byte(rfc7515RSA)))(t), "eyJhbGciOiJSUzI1NiJ9." + rfc7515Payload +
			".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
		"A.3 ES256": {must(token.ReadJWK([]byte(rfc7515EC)))(t), "eyJhbGciOiJFUzI1NiJ9." + rfc7515Payload +
			".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
	} {
		got, err := token.VerifyJWS(must(token.NewKeySet(nil, c.key))(t), c.jws)
		if err != nil || string(got) != payload {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := token.VerifyJWS(must(token.NewKeySet(nil, c.key))(t), c.jws[:len(c.jws)-8]+"AAAAAAAA"); err == nil {
			t.Errorf("%s: another signature was accepted", name)
		}
	}
	// A.5, unsecured.
	if _, err := token.VerifyJWS(must(token.NewKeySet(secret))(t), "eyJhbGciOiJub25lIn0."+rfc7515Payload+"."); err == nil {
		t.Error("A.5 was accepted")
	}
}

func TestRFC7638Thumbprint(t *testing.T) {
	k := must(token.ReadJWK([]byte(rfc7638RSA)))(t)
	if k.Thumbprint() != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" || k.ID() != "2011-04-29" {
		t.Errorf("thumbprint %s, ID %s", k.Thumbprint(), k.ID())
	}
}

func TestRFC8037AppendixA(t *testing.T) {
	public := must(token.ReadJWK([]byte(rfc8037Key)))(t)
	if public.Thumbprint() != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("A.3: thumbprint %s", public.Thumbprint())
	}
	private := must(token.NewSigner(ed25519.NewKeyFromSeed(must(base64.RawURLEncoding.DecodeString(rfc8037Seed))(t))))(t)
	if private.ID() != public.Thumbprint() {
		t.Errorf("the private key has the thumbprint %s", private.ID())
	}
	const signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
	const want = "860c98d2297f3060a33f42739672d61b53cf3adefed3d3c672f320dc021b411e9d59b8628dc351e248b88b29468e0e41855b0fb7d83bb15be902bfccb8cd0a02"
	signature := must(private.Sign(signed))(t)
	if hex.EncodeToString(signature) != want {
		t.Errorf("A.4: signature %x", signature)
	}
	got, err := token.VerifyJWS(must(token.NewKeySet(nil, public))(t), signed+"."+enc(string(signature)))
	if err != nil || string(got) != "Example of Ed25519 signing" {
		t.Errorf("A.5: %q, %v", got, err)
	}
}
