package secrettest

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readings are text and what it may say in another writing.
func readings(text string) []string {
	plain := []string{text}
	add := func(other string) {
		for _, known := range plain {
			if known == other {
				return
			}
		}
		plain = append(plain, other)
	}
	once := unescaped(text)
	add(once)
	add(unescaped(once)) // JSON within JSON
	for _, t := range plain {
		add(fromURL(t))
	}
	all := plain
	for _, t := range plain {
		all = append(all, fromHex(t), fromBase64(t), fromList(t))
	}
	return all
}

// unescaped reads the escapes of JSON and of Go, wherever they are.
func unescaped(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for text != "" {
		before, after, ok := strings.Cut(text, `\`)
		b.WriteString(before)
		if !ok {
			break
		}
		n := 0
		for _, escape := range escapes {
			if n = escape(&b, after); n > 0 {
				break
			}
		}
		text = after[n:]
	}
	return b.String()
}

// escapes each read one escape and return how long it is, or 0.
var escapes = []func(b *strings.Builder, after string) int{
	func(b *strings.Builder, after string) int {
		if after == "" {
			return 0
		}
		i := strings.IndexByte(`nrtbf"\/'`, after[0])
		if i < 0 {
			return 0
		}
		b.WriteByte("\n\r\t\b\f\"\\/'"[i])
		return 1
	},
	func(b *strings.Builder, after string) int { return number(b, after, 'u', 4) },
	func(b *strings.Builder, after string) int { return number(b, after, 'U', 8) },
	func(b *strings.Builder, after string) int { return number(b, after, 'x', 2) },
}

// number reads a character as the number that it has: a mark and a number of digits.
func number(b *strings.Builder, after string, mark byte, digits int) int {
	if len(after) < 1+digits || after[0] != mark {
		return 0
	}
	n, err := strconv.ParseUint(after[1:1+digits], 16, 32)
	switch {
	case err != nil:
		return 0
	case mark == 'x':
		b.WriteByte(byte(n))
	case n <= utf8.MaxRune:
		b.WriteRune(rune(n))
	}
	return 1 + digits
}

// fromURL reads the escapes of URLs and forms, wherever they are.
func fromURL(text string) string {
	if !strings.ContainsAny(text, "%+") {
		return text
	}
	b := []byte(strings.ReplaceAll(text, "+", " "))
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) {
			if n, err := hex.DecodeString(string(b[i+1 : i+3])); err == nil {
				out = append(out, n[0])
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}

var (
	hexRun      = regexp.MustCompile(`[0-9A-Fa-f]{16,}`)
	base64Run   = regexp.MustCompile(`[A-Za-z0-9+/_-]{11,}`)
	listRun     = regexp.MustCompile(`(?:[0-9]{1,3}[ ,]+){7,}[0-9]{1,3}`)
	oneAlphabet = strings.NewReplacer("-", "+", "_", "/")
)

// fromHex reads each run of digits of it from both places where a byte may begin.
func fromHex(text string) string {
	var b strings.Builder
	for _, run := range hexRun.FindAllString(text, -1) {
		for from := range 2 {
			half := run[from:]
			decoded, _ := hex.DecodeString(half[:len(half)&^1]) // of digits only
			b.Write(decoded)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// fromBase64 reads each run of its characters, of either alphabet, from each of the four
// places where three bytes may begin.
func fromBase64(text string) string {
	var b strings.Builder
	for _, run := range base64Run.FindAllString(text, -1) {
		run = oneAlphabet.Replace(run)
		for from := range 4 {
			part := run[from:]
			if len(part)%4 == 1 {
				part = part[:len(part)-1]
			}
			decoded, _ := base64.RawStdEncoding.DecodeString(part) // of its characters only
			b.Write(decoded)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// fromList reads bytes that were printed as numbers.
func fromList(text string) string {
	var b strings.Builder
	for _, run := range listRun.FindAllString(text, -1) {
		for _, n := range strings.FieldsFunc(run, func(r rune) bool { return r == ' ' || r == ',' }) {
			value, _ := strconv.Atoi(n) // three digits at most
			b.WriteByte(byte(value))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
