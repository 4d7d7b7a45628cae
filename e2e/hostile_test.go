package e2e

// hostile are values of return_to by which somebody hopes to lead people who have
// just signed in to evil.example, or to run a script of theirs.
func hostile() []string {
	return []string{
		// Another origin, in full, and with what is left out in URLs that browsers mend.
		"https://evil.example", "http://evil.example/x", "HTTPS://EVIL.example", "ftp://evil.example",
		"https:evil.example", "https:/evil.example", "http:///evil.example", "https:////evil.example", `https:\\evil.example`,
		`http:\/evil.example`, "https:@evil.example", "http:", "https://", "://evil.example", ":/evil.example",

		// Another host, under the scheme of the page.
		"//evil.example", "///evil.example", "////evil.example", "//evil.example/auth/login", "//evil.example:80/",
		"//0x7f000001/", "//[::1]/", "//evil%2eexample", "/auth/..//evil.example", "/.//evil.example", "/..//evil.example",
		"/./%2e%2e//evil.example", "/x//evil.example",

		// Backslashes are slashes to browsers.
		`/\evil.example`, `\/evil.example`, `\\evil.example`, `/\/evil.example`, `\\\evil.example`, `/\\evil.example`, `\evil.example`,
		`//\evil.example`, `///\;@evil.example`,

		// Tabs and line feeds fall out, and so do controls and spaces around a URL.
		"/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", "/\t\\evil.example", " //evil.example",
		"\x00//evil.example", "\x08//evil.example", "\x1f//evil.example", "//evil.example\t", "ht\ntps://evil.example", "/ /evil.example",
		"\u00a0//evil.example", "\ufeff//evil.example", "\u2028//evil.example",

		// Escaped, for somebody on the way who unescapes once more.
		"/%09/evil.example", "/%0a/evil.example", "/%0d%0aX:", "/%0d%0aLocation:%20https://evil.example", "/%2fevil.example",
		"/%2f%2fevil.example", "/%5cevil.example", "%2f%2fevil.example", "/%00/evil.example", "/%2e%2e//evil.example", "/%",
		"/x\r\nLocation: https://evil.example", "/x\nSet-Cookie: session=x",

		// Somebody else's host behind what looks like ours.
		"https://127.0.0.1@evil.example", "//127.0.0.1@evil.example", "https://127.0.0.1.evil.example", "//127.0.0.1:80@evil.example/",
		`https://evil.example\@127.0.0.1`, "https://evil.example#@127.0.0.1", "//user:password@evil.example", "@evil.example",
		"127.0.0.1@evil.example", ".evil.example",

		// No origin at all.
		"javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)", "javascript://127.0.0.1/%0aalert(1)",
		"javascript:%61lert(1)", "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD4=", "vbscript:x",
		"blob:http://evil.example/x", "file:///etc/passwd", "view-source:https://evil.example", "about:blank", "mailto:x@evil.example",

		// What only looks like a slash, a dot or a letter.
		"／／evil.example", "/／evil.example", "∕∕evil.example", "⁄/evil.example", "//evil。example", "/\u200b/evil.example", "//ⓔvil.example",
		"/\xffevil.example", "/\xc0\xafevil.example",

		// No path from the root, or nothing.
		"", " ", "evil.example", "./x", "../x", "?x", "#x", "?return_to=//evil.example", "x:y",
	}
}
