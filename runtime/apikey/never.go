package apikey

import "time"

// Never is the value of [Config.WarnBefore] with which no key warns, and of
// [Config.RotationOverlap] with which no rotated key lives on. Zero has the default.
const Never time.Duration = -1
