package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a running server.
type process struct {
	cmd     *exec.Cmd
	address string
}

// start starts a server whose address is known beforehand, or that prints it.
func start(log string, env []string, args ...string) (*process, error) {
	address := ""
	for i, arg := range args {
		if arg == free {
			var err error
			if address, err = freePort(); err != nil {
				return nil, err
			}
			args[i] = address
		}
	}
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close() // the process has it open
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = out, out, append(os.Environ(), env...)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd, address}
	return p, p.ready(log)
}

// free stands for an address in the arguments of a server.
const free = "FREE"

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (p *process) ready(log string) error {
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if p.answers() {
			return nil
		}
		select {
		case err := <-ended:
			return errors.Join(fmt.Errorf("%s ended; see %s", filepath.Base(p.cmd.Path), log), err)
		default:
		}
	}
	return fmt.Errorf("%s does not answer; see %s", filepath.Base(p.cmd.Path), log)
}

// answers reports whether it serves. Diwan says at /readyz whether its database is up
// to date, the hand-written servers know no such path.
func (p *process) answers() bool {
	c, err := dial(p.address)
	if err != nil {
		return false
	}
	defer c.close()
	_, err = c.send([]byte("GET /readyz HTTP/1.1\r\nHost: bench\r\n\r\n"))
	return err == nil || strings.HasPrefix(err.Error(), "HTTP/1.1 404")
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if p.cmd.Process.Signal(syscall.Signal(0)) != nil {
			return
		}
	}
	_ = p.cmd.Process.Kill()
}

// memory is the process's own memory in MB: what no file backs.
func (p *process) memory() float64 {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0 // not Linux
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), "RssAnon:"); found {
			kilobytes, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return float64(kilobytes) / 1024
		}
	}
	return 0
}

// used is how long the process has used a processor, in seconds.
func (p *process) used() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0 // not Linux
	}
	_, after, _ := strings.Cut(string(text), ") ") // the name may have spaces
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return float64(user+system) / 100 // the kernel counts in hundredths, on every machine
}

// remove removes a SQLite database, if there is one.
func remove(file string) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(file + suffix)
	}
}

// copyDatabase copies a SQLite file, so that the one in the cache stays as it is.
func copyDatabase(from, to string) error {
	remove(to)
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

func run(out io.Writer, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}
