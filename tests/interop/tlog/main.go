// Judges an exported log with Go's own transparency log packages: tlog FOLDER.
//
// FOLDER holds old/ and new/ (two exports of one log), witnessed/ (new/ with a witness's line),
// inclusion and consistency (a line "a b hash...", every
// index and every older size at the new size), entry.tlog-proof, cosigned, witness and cosign_request. What must be
// accepted is accepted and equals what Go computes itself; what was altered is refused. Exits 1 at the first difference.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "tlog: "+format+"\n", args...)
	os.Exit(1)
}

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	must(err, "read")
	return data
}

// A checkpoint, opened by package note and taken apart as C2SP tlog-checkpoint says.
func openCheckpoint(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.UnverifiedSigs) != 0 {
		return tlog.Tree{}, fmt.Errorf("unknown signatures")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("bad checkpoint text %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// The tiles of a folder: C2SP tlog-tiles leaves out the height that package tlog puts into paths.
type folderTiles struct {
	folder string
	alter  bool
	asked  int
}

func (f *folderTiles) Height() int                     { return 8 }
func (f *folderTiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (f *folderTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, path))
		if err != nil {
			return nil, err
		}
		if f.alter {
			data[len(data)/2] ^= 1
		}
		f.asked++
		out = append(out, data)
	}
	return out, nil
}

type pathLine struct {
	a, b   int64
	hashes []tlog.Hash
}

func readPaths(path string) []pathLine {
	var out []pathLine
	for _, line := range strings.Split(strings.TrimSpace(string(read(path))), "\n") {
		fields := strings.Fields(line)
		a, err := strconv.ParseInt(fields[0], 10, 64)
		must(err, path)
		b, err := strconv.ParseInt(fields[1], 10, 64)
		must(err, path)
		parsed := pathLine{a: a, b: b}
		for _, text := range fields[2:] {
			hash, err := tlog.ParseHash(text)
			must(err, path)
			parsed.hashes = append(parsed.hashes, hash)
		}
		out = append(out, parsed)
	}
	return out
}

func sameHashes(a, b []tlog.Hash) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Every way of altering a path: each hash changed, one dropped, one added.
func alterations(hashes []tlog.Hash) [][]tlog.Hash {
	var out [][]tlog.Hash
	for i := range hashes {
		changed := append([]tlog.Hash(nil), hashes...)
		changed[i][i%32] ^= 0x10
		out = append(out, changed)
	}
	if len(hashes) > 0 {
		out = append(out, hashes[1:], hashes[:len(hashes)-1])
	}
	return append(out, append(append([]tlog.Hash(nil), hashes...), tlog.Hash{}))
}

func readEntries(folder string, size int64) [][]byte {
	var out [][]byte
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: 8, L: 0, N: n, W: 256}
		if size-n*256 < 256 {
			tile.W = int(size - n*256)
		}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data := read(folder, path)
		for i := 0; i < tile.W; i++ {
			length := int(binary.BigEndian.Uint16(data))
			out = append(out, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) != 0 {
			fail("%s has bytes behind its last entry", path)
		}
	}
	return out
}

// C2SP tlog-cosignature, from the specification.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(text string) *witness {
	parts := strings.SplitN(text, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	must(err, "witness key")
	if raw[0] != 4 {
		fail("witness key of type %d", raw[0])
	}
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(raw)))
	if fmt.Sprintf("%08x", binary.BigEndian.Uint32(sum[:])) != parts[1] {
		fail("witness key hash is wrong")
	}
	return &witness{parts[0], binary.BigEndian.Uint32(sum[:]), raw[1:]}
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(text, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(w.key, []byte(message), sig[8:])
}

// Go's base 64 passes over stray bits behind the last byte (ours refuses them): the same text and signature then.
func sameNote(a, b []byte, verifier note.Verifier) bool {
	var text, signature [2]string
	for i, signed := range [][]byte{a, b} {
		opened, err := note.Open(signed, note.VerifierList(verifier))
		must(err, "note")
		raw, err := base64.StdEncoding.DecodeString(opened.Sigs[0].Base64)
		must(err, "note")
		text[i], signature[i] = opened.Text, string(raw)
	}
	return text[0] == text[1] && signature[0] == signature[1]
}

func checkCheckpoints(folder string, verifier note.Verifier) (tlog.Tree, tlog.Tree) {
	old, err := openCheckpoint(read(folder, "old", "checkpoint"), verifier)
	must(err, "old checkpoint")
	signed := read(folder, "new", "checkpoint")
	tree, err := openCheckpoint(signed, verifier)
	must(err, "new checkpoint")
	for i := range signed {
		for bit := 0; bit < 8; bit++ {
			altered := append([]byte(nil), signed...)
			altered[i] ^= 1 << bit
			if _, err := openCheckpoint(altered, verifier); err == nil && !sameNote(altered, signed, verifier) {
				fail("a checkpoint with byte %d altered was accepted", i)
			}
		}
	}
	return old, tree
}

func checkTiles(folder string, tree tlog.Tree) tlog.HashReader {
	tiles := &folderTiles{folder: filepath.Join(folder, "new")}
	hashes := tlog.TileHashReader(tree, tiles)
	entries := readEntries(tiles.folder, tree.N)
	for i, entry := range entries {
		got, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		must(err, "leaf")
		if got[0] != tlog.RecordHash(entry) {
			fail("entry %d does not hash to its leaf", i)
		}
	}
	if int64(len(entries)) != tree.N || tiles.asked == 0 {
		fail("%d entries in a tree of %d, %d tiles read", len(entries), tree.N, tiles.asked)
	}
	altered := tlog.TileHashReader(tree, &folderTiles{folder: tiles.folder, alter: true})
	if _, err := altered.ReadHashes([]int64{tlog.StoredHashIndex(0, 5)}); err == nil {
		fail("altered tiles were accepted")
	}
	return hashes
}

func checkInclusion(folder string, tree tlog.Tree, hashes tlog.HashReader) {
	lines := readPaths(filepath.Join(folder, "inclusion"))
	if int64(len(lines)) != tree.N {
		fail("%d inclusion proofs for %d entries", len(lines), tree.N)
	}
	for _, line := range lines {
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, line.a)})
		must(err, "leaf")
		must(tlog.CheckRecord(line.hashes, tree.N, tree.Hash, line.a, leaf[0]), "inclusion")
		want, err := tlog.ProveRecord(tree.N, line.a, hashes)
		must(err, "ProveRecord")
		if line.b != tree.N || !sameHashes(line.hashes, want) {
			fail("the inclusion proof of %d is not Go's", line.a)
		}
		for _, altered := range alterations(line.hashes) {
			if tlog.CheckRecord(altered, tree.N, tree.Hash, line.a, leaf[0]) == nil {
				fail("an altered inclusion proof of %d was accepted", line.a)
			}
		}
		if tlog.CheckRecord(line.hashes, tree.N, tree.Hash, line.a^1, leaf[0]) == nil {
			fail("the inclusion proof of %d was accepted for its neighbour", line.a)
		}
	}
}

func checkConsistency(folder string, old, tree tlog.Tree, hashes tlog.HashReader) {
	seen := false
	for _, line := range readPaths(filepath.Join(folder, "consistency")) {
		root, err := tlog.TreeHash(line.a, hashes)
		must(err, "TreeHash")
		must(tlog.CheckTree(line.hashes, tree.N, tree.Hash, line.a, root), "consistency")
		want, err := tlog.ProveTree(tree.N, line.a, hashes)
		must(err, "ProveTree")
		if line.b != tree.N || !sameHashes(line.hashes, want) {
			fail("the consistency proof from %d is not Go's", line.a)
		}
		for _, altered := range alterations(line.hashes) {
			if tlog.CheckTree(altered, tree.N, tree.Hash, line.a, root) == nil {
				fail("an altered consistency proof from %d was accepted", line.a)
			}
		}
		if line.a == old.N {
			seen = true
			if root != old.Hash {
				fail("the old checkpoint is not of this log")
			}
			must(tlog.CheckTree(line.hashes, tree.N, tree.Hash, old.N, old.Hash), "old checkpoint")
			forked := old.Hash
			forked[0] ^= 1
			if tlog.CheckTree(line.hashes, tree.N, tree.Hash, old.N, forked) == nil {
				fail("a forked old checkpoint was accepted")
			}
		}
	}
	if !seen {
		fail("no consistency proof from the old checkpoint")
	}
}

func checkProofFile(folder string, verifier note.Verifier) {
	head, signed, found := bytes.Cut(read(folder, "entry.tlog-proof"), []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		fail("tlog proof: bad form")
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	must(err, "tlog proof")
	var path []tlog.Hash
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		must(err, "tlog proof")
		path = append(path, hash)
	}
	tree, err := openCheckpoint(signed, verifier)
	must(err, "tlog proof")
	entry := readEntries(filepath.Join(folder, "new"), tree.N)[index]
	must(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)), "tlog proof")
}

func checkCosigned(folder string, verifier note.Verifier) {
	w := newWitness(string(read(folder, "witness")))
	opened, err := note.Open(read(folder, "cosigned"), note.VerifierList(verifier, w))
	must(err, "cosigned checkpoint")
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
		fail("cosigned checkpoint: %d signatures verified", len(opened.Sigs))
	}
	// As the checkpoint of a folder of tiles: a client that knows the log's key alone passes over the witness's line.
	signed := read(folder, "witnessed", "checkpoint")
	both, err := note.Open(signed, note.VerifierList(verifier, w))
	must(err, "checkpoint of witnessed tiles")
	one, err := note.Open(signed, note.VerifierList(verifier))
	must(err, "checkpoint of witnessed tiles")
	plain, err := note.Open(read(folder, "new", "checkpoint"), note.VerifierList(verifier))
	must(err, "new checkpoint")
	if len(both.Sigs) != 2 || len(one.Sigs) != 1 || len(one.UnverifiedSigs) != 1 || one.Text != plain.Text {
		fail("checkpoint of witnessed tiles: not the log's with a witness's line")
	}
	tree, err := openCheckpoint(read(folder, "new", "checkpoint"), verifier)
	must(err, "new checkpoint")
	hashes := tlog.TileHashReader(tree, &folderTiles{folder: filepath.Join(folder, "witnessed")})
	if _, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, 5)}); err != nil {
		fail("witnessed tiles: %v", err)
	}
}

// The body of C2SP tlog-witness' add-checkpoint: "old N", a hash a line, an empty line, the checkpoint. As a witness
// that signed the old tree.
func checkRequest(folder string, old, tree tlog.Tree, verifier note.Verifier) {
	head, signed, found := strings.Cut(string(read(folder, "cosign_request")), "\n\n")
	if !found {
		fail("cosign_request: no empty line")
	}
	lines := strings.Split(head, "\n")
	if lines[0] != fmt.Sprintf("old %d", old.N) {
		fail("cosign_request: %q", lines[0])
	}
	asked, err := openCheckpoint([]byte(signed), verifier)
	must(err, "cosign_request")
	if asked != tree {
		fail("cosign_request: another checkpoint")
	}
	var proof tlog.TreeProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		must(err, "cosign_request")
		proof = append(proof, hash)
	}
	must(tlog.CheckTree(proof, asked.N, asked.Hash, old.N, old.Hash), "cosign_request")
	for _, altered := range alterations(proof) {
		if tlog.CheckTree(altered, asked.N, asked.Hash, old.N, old.Hash) == nil {
			fail("cosign_request: an altered proof is accepted")
		}
	}
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(folder, "new", "key"))))
	must(err, "verifier key")
	old, tree := checkCheckpoints(folder, verifier)
	hashes := checkTiles(folder, tree)
	checkInclusion(folder, tree, hashes)
	checkConsistency(folder, old, tree, hashes)
	checkProofFile(folder, verifier)
	checkCosigned(folder, verifier)
	checkRequest(folder, old, tree, verifier)
	fmt.Printf("Go accepts checkpoints of %d and %d entries, their tiles and every proof, and refuses altered ones\n", old.N, tree.N)
}
