// A cosigner and a judge of C2SP tlog-cosignature's ML-DSA-44 type, from the specification, over filippo.io/mldsa.
//
//	mldsa judge KEY REQUEST ANSWER   the line of ANSWER is KEY's over the checkpoint of REQUEST, and nothing altered is
//	mldsa sign NAME REQUEST FOLDER   signs it with a fresh key: FOLDER/key, FOLDER/line, and FOLDER/timeless with time 0
//
// REQUEST is the body of tlog-witness' add-checkpoint.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"filippo.io/mldsa"
)

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "mldsa: "+format+"\n", args...)
	os.Exit(1)
}

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func read(path string) string {
	data, err := os.ReadFile(path)
	must(err, "read")
	return string(data)
}

type checkpoint struct {
	origin string
	size   uint64
	root   []byte
}

func readRequest(path string) checkpoint {
	_, note, found := strings.Cut(read(path), "\n\n")
	lines := strings.SplitN(note, "\n", 4)
	if !found || len(lines) != 4 || !strings.HasPrefix(lines[3], "\n") {
		fail("no checkpoint in %s", path)
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	must(err, "size")
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err, "root")
	return checkpoint{lines[0], size, root}
}

// struct cosigned_message, with start 0.
func message(name string, time uint64, c checkpoint) []byte {
	out := []byte("subtree/v1\n\x00")
	out = append(out, byte(len(name)))
	out = append(out, name...)
	out = binary.BigEndian.AppendUint64(out, time)
	out = append(out, byte(len(c.origin)))
	out = append(out, c.origin...)
	out = binary.BigEndian.AppendUint64(out, 0)
	out = binary.BigEndian.AppendUint64(out, c.size)
	return append(out, c.root...)
}

func keyHash(name string, public []byte) []byte {
	sum := sha256.Sum256(append([]byte(name+"\n\x06"), public...))
	return sum[:4]
}

func judge(keyPath, requestPath, answerPath string) {
	parts := strings.SplitN(strings.TrimSpace(read(keyPath)), "+", 3)
	material, err := base64.StdEncoding.DecodeString(parts[2])
	must(err, "key")
	if material[0] != 6 || len(material) != 1313 {
		fail("a key of type %d and %d bytes", material[0], len(material)-1)
	}
	if hash := keyHash(parts[0], material[1:]); fmt.Sprintf("%x", hash) != parts[1] {
		fail("the key's hash is not %x", hash)
	}
	public, err := mldsa.NewPublicKey(mldsa.MLDSA44(), material[1:])
	must(err, "key")
	line := strings.TrimSuffix(read(answerPath), "\n")
	text, found := strings.CutPrefix(line, "— "+parts[0]+" ")
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !found || len(raw) != 4+8+2420 || !bytes.Equal(raw[:4], keyHash(parts[0], material[1:])) {
		fail("no line of that key: %q", line)
	}
	time, signature := binary.BigEndian.Uint64(raw[4:]), raw[12:]
	c := readRequest(requestPath)
	verify := func(name string, time uint64, c checkpoint, signature []byte) error {
		return mldsa.Verify(public, message(name, time, c), signature, nil)
	}
	must(verify(parts[0], time, c, signature), "the signature")
	changed := append([]byte(nil), signature...)
	for i := 0; i < len(changed); i += 11 {
		changed[i] ^= 4
		if verify(parts[0], time, c, changed) == nil {
			fail("byte %d of the signature may change", i)
		}
		changed[i] ^= 4
	}
	other := checkpoint{c.origin, c.size + 1, c.root}
	if verify(parts[0]+"x", time, c, signature) == nil || verify(parts[0], time+1, c, signature) == nil || verify(parts[0], time, other, signature) == nil {
		fail("name, time and size are not all signed")
	}
}

func sign(name, requestPath, folder string) {
	key, err := mldsa.GenerateKey(mldsa.MLDSA44())
	must(err, "key")
	public := key.PublicKey().Bytes()
	c := readRequest(requestPath)
	write := func(file, text string) {
		must(os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644), "write")
	}
	for file, time := range map[string]uint64{"line": 1767225600, "timeless": 0} {
		signature, err := key.Sign(nil, message(name, time, c), nil)
		must(err, "sign")
		raw := append(binary.BigEndian.AppendUint64(keyHash(name, public), time), signature...)
		write(file, "— "+name+" "+base64.StdEncoding.EncodeToString(raw)+"\n")
	}
	write("key", fmt.Sprintf("%s+%x+%s\n", name, keyHash(name, public), base64.StdEncoding.EncodeToString(append([]byte{6}, public...))))
}

func main() {
	switch {
	case len(os.Args) == 5 && os.Args[1] == "judge":
		judge(os.Args[2], os.Args[3], os.Args[4])
	case len(os.Args) == 5 && os.Args[1] == "sign":
		sign(os.Args[2], os.Args[3], os.Args[4])
	default:
		fail("usage: judge KEY REQUEST ANSWER | sign NAME REQUEST FOLDER")
	}
}
