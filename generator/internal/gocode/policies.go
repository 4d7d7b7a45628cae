package gocode

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// policiesFile emits the guards of the spec's policies.
func policiesFile(m *model.Model) []jen.Code {
	decls := make([]jen.Code, 0, len(m.Policies)+3)
	for _, p := range m.Policies {
		decls = append(decls, policy(m, p))
	}
	decls = append(decls, policiesType(m), newPolicies(m))
	if m.Quotas() {
		decls = append(decls, within())
	}
	return decls
}

func policy(m *model.Model, p model.Policy) jen.Code {
	r := routers()[m.Router]
	params, results, body := r.policy(jen.Add(dotted("a.policies." + p.Method)))
	answers := "It answers as Require does."
	if len(p.Strategies) > 0 {
		answers = "It answers as Require does, and 401 to a request that comes with another credential first."
	}
	return method("a", "Auth", p.Method, p.Method+" lets a request through the policy "+p.Name+": "+policyDoc(m, p)+"\n"+answers,
		signature{params: params, results: results}, body...)
}

// policyDoc says what a policy asks for.
func policyDoc(m *model.Model, p model.Policy) string {
	accepts := "any identity"
	if len(p.Strategies) > 0 {
		values := map[string]string{}
		for _, s := range m.Strategies {
			values[s.Name] = s.Value
		}
		var names []string
		for _, name := range p.Strategies {
			names = append(names, values[name])
		}
		accepts = "an identity that " + strings.Join(names, " or ") + " found"
	}
	if len(p.Rights) > 0 {
		accepts += ", with " + strings.Join(p.Rights, " and ")
	}
	if p.RateLimit.Count > 0 {
		accepts += "; " + p.RateLimit.String() + " of each, beyond which the answer is 429"
	}
	return accepts + "."
}

func policiesType(m *model.Model) jen.Code {
	fields := make([]field, 0, len(m.Policies))
	for _, p := range m.Policies {
		fields = append(fields, field{name: p.Method, code: jen.Func().Params(httpq("Handler")).Add(httpq("Handler"))})
	}
	return structType("policies", "policies are the guards of the spec's policies, made once.", fields...)
}

func newPolicies(m *model.Model) jen.Code {
	fields := make([]field, 0, len(m.Policies))
	for _, p := range m.Policies {
		fields = append(fields, field{name: p.Method, code: policyGuard(p)})
	}
	var params []jen.Code
	if m.Quotas() {
		params = append(params, jen.Id("limiter").Add(rt("ratelimit", "Limiter")))
	}
	return method("a", "Auth", "newPolicies", "newPolicies makes the guards of the spec's policies.",
		signature{params: params, results: []jen.Code{jen.Id("policies")}},
		jen.Return(literal(jen.Id("policies"), fields...)),
	)
}

// policyGuard is the middleware of a policy.
func policyGuard(p model.Policy) *jen.Statement {
	guard := dotted("a.guard")
	if len(p.Strategies) > 0 {
		names := make([]jen.Code, 0, len(p.Strategies))
		for _, s := range p.Strategies {
			names = append(names, jen.String().Call(jen.Id(s)))
		}
		guard = call("a.guard.Only", names...)
	}
	var allow jen.Code = jen.Nil()
	if len(p.Rights) > 0 {
		rights := make([]jen.Code, 0, len(p.Rights))
		for _, right := range p.Rights {
			rights = append(rights, jen.Id(right))
		}
		allow = jen.Id("hold").Call(jen.Index().Id("Right").Values(rights...))
	}
	if p.RateLimit.Count == 0 {
		return guard.Dot("Require").Call(allow)
	}
	quota := jen.Id("within").Call(rt("ratelimit", "NewQuota").Call(
		jen.Lit(p.Name), jen.Id("limiter"),
		rt("ratelimit", "Rate").Values(jen.Id("Count").Op(":").Lit(p.RateLimit.Count), jen.Id("Per").Op(":").Add(duration(p.RateLimit.Per))),
	))
	return guard.Dot("RequireWithin").Add(lines("(", ")", allow, quota))
}

func within() jen.Code {
	return function("within", "within is the limit of each who acts.",
		signature{
			params:  []jen.Code{jen.Id("quota").Add(ptr(rt("ratelimit", "Quota")))},
			results: []jen.Code{jen.Func().Params(httpq("Header"), ptr(httpq("Request")), ptr(jen.Id("Identity"))).Error()},
		},
		jen.Return(jen.Func().Params(jen.Id("answer").Add(httpq("Header")), jen.Id("r").Add(ptr(httpq("Request"))), jen.Id("id").Add(ptr(jen.Id("Identity")))).Error().Block(
			jen.Return(call("quota.Take", jen.Id("answer"), jen.Id("r"), jen.Id("principal").Call(jen.Id("id")))),
		)),
	)
}
