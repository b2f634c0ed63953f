package transport

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of responses. With the first, the status says whether the request
// was executed. With the second, older clients expect 200 whenever the body is a
// GraphQL response.
const (
	graphQLType = "application/graphql-response+json"
	jsonType    = "application/json"
)

// MediaType returns which of the two media types of GraphQL responses a client
// prefers, by the q-values of its Accept headers, and false if it accepts neither.
// Clients that say nothing, or accept anything, get application/json; those that name
// both with the same q-value get the newer application/graphql-response+json.
func MediaType(headers http.Header) (string, bool) {
	accept := strings.Join(headers.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return jsonType, true
	}
	newer, older := preferenceOf(accept, graphQLType), preferenceOf(accept, jsonType)
	switch {
	case newer.weight == 0 && older.weight == 0:
		return jsonType, false
	case newer.weight != older.weight:
		if newer.weight > older.weight {
			return graphQLType, true
		}
		return jsonType, true
	case newer.named:
		return graphQLType, true
	}
	return jsonType, true
}

// RefusalType returns the media type of a refusal with a status: a client that may succeed
// later, or with less, gets application/json if it accepts that, too. Apollo takes every
// application/graphql-response+json for the answer to its operation and retries none.
func RefusalType(headers http.Header, status int) (string, bool) {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		accept := strings.Join(headers.Values("Accept"), ",")
		if preferenceOf(accept, jsonType).weight > 0 {
			return jsonType, true
		}
	}
	return MediaType(headers)
}

// preference is how much a client prefers a media type, from 0 to 1, and whether it
// named the type rather than a range such as */*.
type preference struct {
	weight float64
	named  bool
}

// preferenceOf returns the preference of the most specific range that matches the
// type (RFC 9110, 12.5.1). Ranges that cannot be parsed are ignored.
func preferenceOf(accept, mediaType string) preference {
	var found preference
	most := 0
	for part := range strings.SplitSeq(accept, ",") {
		mediaRange, parameters, err := mime.ParseMediaType(part)
		specific := specificity(mediaRange, mediaType)
		if err != nil || specific <= most {
			continue
		}
		most, found = specific, preference{weightOf(parameters), specific == 3}
	}
	return found
}

// specificity is 3 for the type itself, less for ranges that match it, and 0 for
// others.
func specificity(mediaRange, mediaType string) int {
	switch mediaRange {
	case mediaType:
		return 3
	case "application/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}

// weightOf returns the q-value, 1 if there is none, and 0 if it is not a number.
func weightOf(parameters map[string]string) float64 {
	q, given := parameters["q"]
	if !given {
		return 1
	}
	weight, err := strconv.ParseFloat(q, 64)
	if err != nil || !(weight > 0) { // also NaN
		return 0
	}
	return min(weight, 1)
}
