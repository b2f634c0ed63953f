package httpd

import (
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Proxies are the networks whose proxies are believed when they say on whose behalf they
// ask.
type Proxies []netip.Prefix

// ParseProxies parses addresses and networks, such as 127.0.0.1 and 10.0.0.0/8.
func ParseProxies(list []string) (Proxies, error) {
	var proxies Proxies
	for _, one := range list {
		network, err := netip.ParsePrefix(one)
		if address, wrong := netip.ParseAddr(one); wrong == nil {
			network, err = address.WithZone("").Prefix(address.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("%.60q is neither an address nor a network; write it as 127.0.0.1, 10.0.0.0/8 or fd00::/8", one)
		}
		if address := network.Addr(); address.Is4In6() && network.Bits() >= 96 {
			network = netip.PrefixFrom(address.Unmap(), network.Bits()-96)
		}
		proxies = append(proxies, network.Masked())
	}
	return proxies, nil
}

func (p Proxies) contain(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(address) })
}

// seeClients replaces the address of a trusted proxy by that of its client, for all that
// counts or logs addresses.
func seeClients(proxies Proxies) middleware {
	if len(proxies) == 0 {
		return passThrough
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if client, found := proxies.client(r); found {
				r = r.WithContext(r.Context()) // a copy
				r.RemoteAddr = client.String()
			}
			next.ServeHTTP(w, r)
		})
	}
}

// client returns the client on whose behalf a trusted proxy asks: in the order of the hops,
// the last that is no trusted proxy itself, or the first of all if all are. Clients can send
// both headers themselves, and proxies write one of them and pass the other on: if both are
// there, they must agree.
func (p Proxies) client(r *http.Request) (netip.Addr, bool) {
	peer, ok := parseHop(r.RemoteAddr)
	if !ok || !p.contain(peer) {
		return netip.Addr{}, false
	}
	forwarded, plain := r.Header.Values("Forwarded"), r.Header.Values("X-Forwarded-For")
	if len(forwarded) == 0 {
		return p.lastUntrusted(hopsOf(plain))
	}
	client, ok := p.lastUntrusted(forwardedHops(strings.Join(forwarded, ",")))
	if len(plain) == 0 || !ok {
		return client, ok
	}
	other, ok := p.lastUntrusted(hopsOf(plain))
	return client, ok && other == client
}

// lastUntrusted finds the client among hops. It does not look beyond one that is no address.
func (p Proxies) lastUntrusted(hops []string) (client netip.Addr, found bool) {
	for _, hop := range slices.Backward(hops) {
		address, ok := parseHop(hop)
		if !ok {
			return netip.Addr{}, false
		}
		client, found = address, true
		if !p.contain(address) {
			break
		}
	}
	return client, found
}

// parseHop parses an address, with or without a port.
func parseHop(hop string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(hop, "["), "]"))
	if withPort, wrong := netip.ParseAddrPort(hop); wrong == nil {
		address, err = withPort.Addr(), nil
	}
	address = address.Unmap().WithZone("")
	return address, err == nil && !address.IsUnspecified() && !address.IsMulticast()
}

// hopsOf returns the hops of the headers X-Forwarded-For.
func hopsOf(headers []string) (hops []string) {
	for hop := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		if hop = strings.TrimSpace(hop); hop != "" {
			hops = append(hops, hop)
		}
	}
	return hops
}

// forwardedPair is a pair of the header Forwarded, and what separates it from the next.
var forwardedPair = regexp.MustCompile("^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^\";, \t]*)[ \t]*([;,]|$)[ \t,]*")

// forwardedHops returns what the header Forwarded (RFC 7239) has as "for", hop by hop: "" for
// a hop without it, and nil if the header is not well formed.
func forwardedHops(header string) (hops []string) {
	hop, separator := "", ""
	for rest := strings.Trim(header, " \t,"); rest != ""; {
		pair := forwardedPair.FindStringSubmatch(rest)
		if pair == nil || hop != "" && strings.EqualFold(pair[1], "for") {
			return nil
		}
		rest, separator = rest[len(pair[0]):], pair[3]
		if strings.EqualFold(pair[1], "for") {
			hop = strings.Trim(pair[2], `"`)
		}
		if separator != ";" {
			hops, hop = append(hops, hop), ""
		}
	}
	if separator == ";" {
		return nil
	}
	return hops
}
