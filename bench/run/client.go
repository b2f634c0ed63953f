package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// client is one connection that is kept alive. It understands as much of HTTP/1.1 as
// the servers answer, so that nearly all of the processor is left to them.
type client struct {
	address string
	conn    net.Conn
	answer  *bufio.Reader
	body    []byte
}

func dial(address string) (*client, error) {
	c := &client{address: address}
	return c, c.redial()
}

func (c *client) redial() (err error) {
	if c.conn != nil {
		_ = c.conn.Close() // it is of no more use
	}
	if c.conn, err = net.Dial("tcp", c.address); err != nil {
		return err
	}
	c.answer = bufio.NewReaderSize(c.conn, 64<<10)
	return nil
}

func (c *client) close() { _ = c.conn.Close() } // nothing is waiting

// send sends a whole request and returns the body of the answer, which is valid until
// the next one.
func (c *client) send(request []byte) ([]byte, error) {
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	status, err := c.answer.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	ok := bytes.HasPrefix(status, []byte("HTTP/1.1 200"))
	line := strings.TrimSpace(string(status[:min(len(status), 40)]))
	length, err := c.headers()
	if err != nil {
		return nil, err
	}
	if err := c.read(length); err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%s: %.300s", line, c.body)
	}
	return c.body, nil
}

const chunked = -1

// headers reads the header and returns the length of the body.
func (c *client) headers() (length int, err error) {
	for {
		line, err := c.answer.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = chunked
		}
	}
}

func (c *client) read(length int) error {
	c.body = c.body[:0]
	if length != chunked {
		return c.more(length)
	}
	for {
		line, err := c.answer.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if err := c.more(int(size)); err != nil {
			return err
		}
		if _, err := c.answer.Discard(len("\r\n")); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
	}
}

// more appends so many bytes to the body.
func (c *client) more(size int) error {
	had := len(c.body)
	if need := had + size; need > cap(c.body) {
		c.body = append(make([]byte, 0, 2*need), c.body...)
	}
	c.body = c.body[:had+size]
	_, err := io.ReadFull(c.answer, c.body[had:])
	return err
}

// request is a whole HTTP request with a JSON body.
func request(path string, headers map[string]string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", path, len(body))
	for name, value := range headers {
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

var errGraphQL = errors.New("the answer has errors")

// checked returns the data of a GraphQL answer.
func checked(answer []byte) ([]byte, error) {
	if bytes.HasPrefix(answer, []byte(`{"errors"`)) || bytes.Contains(answer[:min(len(answer), 4096)], []byte(`"errors":[{`)) {
		return nil, fmt.Errorf("%w: %.500s", errGraphQL, answer)
	}
	return answer, nil
}
