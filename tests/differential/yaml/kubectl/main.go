// Reads documents, one base64 text a line, and writes what kubectl makes of each: its JSON, or
// "refused". A text with something behind its first document is refused too: kubectl would not
// look at it, a scanner must.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"

	goyaml "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

// isOne tells whether the stream ends behind its first document.
func isOne(text []byte) bool {
	decoder := goyaml.NewDecoder(bytes.NewReader(text))
	var document any
	if err := decoder.Decode(&document); err != nil {
		return errors.Is(err, io.EOF)
	}
	return errors.Is(decoder.Decode(&document), io.EOF)
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		document, err := base64.StdEncoding.DecodeString(in.Text())
		if err != nil {
			fmt.Fprintln(os.Stderr, "line is not base64:", err)
			os.Exit(2)
		}
		json, err := yaml.YAMLToJSON(document)
		if err != nil || !isOne(document) {
			fmt.Fprintln(out, "refused")
			continue
		}
		fmt.Fprintln(out, string(json))
	}
}
