package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"

	"ecpgraph/internal/kg"
)

// originGuard decides which pages of other origins may use the server: CORS
// lets the listed ones read answers; requests of all others that could change
// something, or that open a WebSocket, which CORS does not cover, are refused.
// Clients that are no browsers send no Origin and are not concerned.
type originGuard struct {
	listed    []string
	protector *http.CrossOriginProtection
}

// CheckOrigins is the error, of code Invalid, that New returns for the origins.
func CheckOrigins(origins []string) error {
	_, err := newOriginGuard(origins)
	return err
}

func newOriginGuard(listed []string) (*originGuard, error) {
	g := &originGuard{protector: http.NewCrossOriginProtection()}
	for _, origin := range listed {
		u, err := url.Parse(origin)
		if err != nil || strings.Contains(origin, "*") || u.Scheme != "http" && u.Scheme != "https" ||
			u.Scheme+"://"+u.Host != origin || u.Host == "" {
			return nil, kg.Invalidf("%q is not an origin: write scheme, host and port alone, such as https://example.org or http://localhost:5173, without wildcards", origin)
		}
		origin = strings.ToLower(origin)
		if err := g.protector.AddTrustedOrigin(origin); err != nil {
			return nil, kg.Invalidf("%q is not an origin: %w", origin, err)
		}
		g.listed = append(g.listed, origin)
	}
	g.protector.SetDenyHandler(http.HandlerFunc(refuseOrigin))
	return g, nil
}

func refuseOrigin(w http.ResponseWriter, r *http.Request) {
	message := "requests from pages of other origins are refused; the server's --cors-origin lists those that may"
	if origin := r.Header.Get("Origin"); origin != "" {
		message = fmt.Sprintf("requests from pages of %.200q are refused; the server's --cors-origin lists the origins that may", origin)
	}
	refuse(w, r, http.StatusForbidden, kg.Invalid, message)
}

func (g *originGuard) wrap(next http.Handler) http.Handler {
	shared := cors.New(cors.Options{
		AllowOriginFunc: g.isListed,
		AllowedMethods:  []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders:  []string{"Accept", "Content-Type", "If-None-Match", "Last-Event-ID", requestIDHeader},
		ExposedHeaders:  []string{"ETag", revisionHeader, requestIDHeader},
		MaxAge:          600,
	})
	return shared.Handler(g.protector.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" && !g.mayUpgrade(r) {
			refuseOrigin(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})))
}

func (g *originGuard) isListed(origin string) bool {
	return slices.Contains(g.listed, strings.ToLower(origin))
}

func (g *originGuard) mayUpgrade(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || g.isListed(origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}
