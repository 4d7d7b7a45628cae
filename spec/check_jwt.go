package spec

// checkJWT makes what the strategy leaves open explicit, and says what is worth a
// second look.
func (w *walker) checkJWT(j *JWT) {
	w.checkClaims(j.Claims)
	if j.Verify != nil {
		w.checkVerify(j)
		return
	}

	const ttl, idle = "strategies.jwt.refresh.ttl", "strategies.jwt.refresh.idle_ttl"
	if r := j.Refresh; r != nil && w.sound(ttl) {
		r.IdleTTL = w.within(idle, r.IdleTTL, ttl, r.TTL)
	}
}
