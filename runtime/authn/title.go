package authn

import "net/http"

// Title is the short, fixed name of the problem for people (RFC 9457 section
// 3.1.3). An unknown code has the title of its status.
func (c Code) Title() string {
	switch c {
	case CodeInvalidRequest:
		return "Invalid request"
	case CodeInvalidGrant:
		return "Invalid grant"
	case CodeInvalidClient:
		return "Invalid client"
	case CodeUnauthorizedClient:
		return "Unauthorized client"
	case CodeUnsupportedGrantType:
		return "Unsupported grant type"
	case CodeInvalidScope:
		return "Invalid scope"
	case CodeAuthenticationRequired:
		return "Authentication required"
	case CodeInvalidCredentials:
		return "Invalid credentials"
	case CodeInvalidSession:
		return "Invalid session"
	case CodeInvalidAPIKey:
		return "Invalid API key"
	case CodeInvalidToken:
		return "Invalid token"
	case CodeTokenExpired:
		return "Token expired"
	case CodeTokenRevoked:
		return "Token revoked"
	case CodeStrategyRetired:
		return "Strategy retired"
	case CodeInsufficientScope:
		return "Insufficient scope"
	case CodeInsufficientRole:
		return "Insufficient role"
	case CodeUserRequired:
		return "User required"
	case CodeReauthenticationRequired:
		return "Reauthentication required"
	case CodeCrossSite:
		return "Cross-site request refused"
	case CodeNotFound:
		return "Not found"
	case CodeMethodNotAllowed:
		return "Method not allowed"
	case CodeEmailTaken:
		return "E-mail address taken"
	case CodeTooManyKeys:
		return "Too many API keys"
	case CodeIdentityTaken:
		return "Identity taken"
	case CodeLastWayIn:
		return "Last way in"
	case CodeAccountDisabled:
		return "Account disabled"
	case CodeEmailUnverified:
		return "E-mail address not verified"
	case CodeRegistrationClosed:
		return "Registration closed"
	case CodeTooLarge:
		return "Body too large"
	case CodeUnsupportedMediaType:
		return "Unsupported media type"
	case CodeWeakPassword:
		return "Weak password"
	case CodeRateLimited:
		return "Too many requests"
	case CodeInternal:
		return "Internal error"
	case CodeUnavailable:
		return "Temporarily unavailable"
	default:
		return http.StatusText(c.Status())
	}
}
