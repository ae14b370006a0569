// The peer of the admission benchmarks: an admission webhook on Go's net/http that decodes the
// review and allows it, as a hook without any check of its own does.
//
//	admission CERT KEY [ADDRESS]    prints its port, serves until SIGTERM
//
// /decode reads the review and its object into Go values; /noop leaves the object as bytes.
package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

type request struct {
	UID       string          `json:"uid"`
	Operation string          `json:"operation"`
	Namespace string          `json:"namespace"`
	Name      string          `json:"name"`
	Object    json.RawMessage `json:"object"`
	OldObject json.RawMessage `json:"oldObject"`
	UserInfo  struct {
		Username string   `json:"username"`
		Groups   []string `json:"groups"`
	} `json:"userInfo"`
}

type response struct {
	UID     string `json:"uid"`
	Allowed bool   `json:"allowed"`
}

type review struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Request    *request  `json:"request,omitempty"`
	Response   *response `json:"response,omitempty"`
}

func serve(decodeObject bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
		var asked review
		if err != nil || json.Unmarshal(body, &asked) != nil || asked.Request == nil {
			http.Error(w, "bad review", http.StatusBadRequest)
			return
		}
		if decodeObject {
			var object map[string]any
			if json.Unmarshal(asked.Request.Object, &object) != nil {
				http.Error(w, "bad object", http.StatusBadRequest)
				return
			}
		}
		answer, err := json.Marshal(review{APIVersion: asked.APIVersion, Kind: asked.Kind,
			Response: &response{UID: asked.Request.UID, Allowed: true}})
		if err != nil {
			http.Error(w, "bad answer", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(answer)
	}
}

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: admission CERT KEY [ADDRESS]")
	}
	pair, err := tls.LoadX509KeyPair(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	address := "127.0.0.1:0"
	if len(os.Args) > 3 {
		address = os.Args[3]
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	http.Handle("/decode", serve(true))
	http.Handle("/noop", serve(false))
	server := &http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}},
	}
	log.Fatal(server.ServeTLS(listener, "", ""))
}
