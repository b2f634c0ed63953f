package transport

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of answers. Under the first, the status tells whether the
// request was executed; under the second, older clients expect 200 whenever the
// body is a GraphQL answer.
const (
	graphQLType = "application/graphql-response+json"
	jsonType    = "application/json"
)

// MediaType answers which of the two media types of GraphQL's answers a client
// wants, by the q-values of its Accept headers, and false when it wants neither.
// Who says nothing, or takes anything, gets application/json; who names both
// alike gets the newer application/graphql-response+json.
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

// preference is how much a client wants a media type, from 0 to 1, and whether
// it named it, rather than a range such as */*.
type preference struct {
	weight float64
	named  bool
}

// preferenceOf reads the preference of the most specific range that the type is
// in (RFC 9110, 12.5.1). A range that cannot be read does not count.
func preferenceOf(accept, mediaType string) preference {
	var found preference
	most := 0
	for part := range strings.SplitSeq(accept, ",") {
		asked, parameters, err := mime.ParseMediaType(part)
		how := specificity(asked, mediaType)
		if err != nil || how <= most {
			continue
		}
		most, found = how, preference{weightOf(parameters), how == 3}
	}
	return found
}

// specificity is 3 for the type itself, less for ranges that it is in, and 0 for
// others.
func specificity(asked, mediaType string) int {
	switch asked {
	case mediaType:
		return 3
	case "application/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}

// weightOf is the q-value, 1 where there is none, and 0 where it is no number.
func weightOf(parameters map[string]string) float64 {
	q, given := parameters["q"]
	if !given {
		return 1
	}
	weight, err := strconv.ParseFloat(q, 64)
	if err != nil || !(weight > 0) { // NaN is not either
		return 0
	}
	return min(weight, 1)
}
