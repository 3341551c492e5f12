// Stands in for docker-gen where there is none for this machine: it takes the same arguments, and asks
// the engine for what docker-gen asks for at each event, with the same client library: its version and
// facts, the list, and one container after the other. It then renders text/template and writes the file
// in its place. What docker-gen does beside that is left out.
package main

import (
	"bytes"
	"flag"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"
	"time"

	docker "github.com/fsouza/go-dockerclient"
)

// A container as the template sees it.
type container struct {
	Name string
	IP   string
	Env  map[string]string
}

type site struct {
	Host    string
	Servers []container
}

type filters map[string][]string

func (f filters) String() string { return "" }

func (f filters) Set(text string) error {
	if key, value, found := strings.Cut(text, "="); found {
		f[key] = append(f[key], value)
	}
	return nil
}

type generator struct {
	client   *docker.Client
	filters  filters
	template string
	dest     string
}

func main() {
	chosen := filters{}
	watch := flag.Bool("watch", false, "follow the engine's events")
	endpoint := flag.String("endpoint", "unix:///var/run/docker.sock", "where the engine is")
	flag.Var(chosen, "container-filter", "KEY=VALUE, as docker ps has it; may be repeated")
	flag.Parse()
	if flag.NArg() != 2 {
		log.Fatal("usage: docker-gen [-watch] [-endpoint URL] [-container-filter KEY=VALUE] TEMPLATE DEST")
	}
	if len(chosen["status"]) == 0 {
		chosen["status"] = []string{"running"}
	}
	client, err := docker.NewClient(*endpoint)
	if err != nil {
		log.Fatalf("Cannot talk to %s: %v", *endpoint, err)
	}
	g := generator{client, chosen, flag.Arg(0), flag.Arg(1)}
	g.generate()
	if *watch {
		g.follow()
	}
}

// follow renders everything again at each event, until the engine is gone.
func (g generator) follow() {
	events := make(chan *docker.APIEvents, 100)
	wanted := map[string][]string{"event": {"start", "stop", "die", "health_status"}}
	if err := g.client.AddEventListenerWithOptions(docker.EventsOptions{Filters: wanted}, events); err != nil {
		log.Fatalf("Cannot follow the engine's events: %v", err)
	}
	// What happened before it listened.
	g.generate()
	for {
		select {
		case _, open := <-events:
			if !open {
				log.Fatal("The engine has ended its events")
			}
			g.generate()
		case <-time.After(10 * time.Second):
			if err := g.client.Ping(); err != nil {
				log.Fatalf("The engine does not answer: %v", err)
			}
		}
	}
}

func (g generator) generate() {
	containers, err := g.containers()
	if err != nil {
		log.Printf("Cannot ask the engine: %v", err)
		return
	}
	// Read anew each time: it may have changed.
	parsed, err := template.ParseFiles(g.template)
	if err != nil {
		log.Fatalf("Cannot read the template: %v", err)
	}
	var text bytes.Buffer
	if err := parsed.ExecuteTemplate(&text, filepath.Base(g.template), sitesOf(containers)); err != nil {
		log.Fatalf("Cannot render %s: %v", g.template, err)
	}
	before, err := os.ReadFile(g.dest)
	if err == nil && bytes.Equal(before, text.Bytes()) {
		return
	}
	if err := os.WriteFile(g.dest, text.Bytes(), 0o644); err != nil {
		log.Fatalf("Cannot write %s: %v", g.dest, err)
	}
	log.Printf("Generated '%s' from %d containers", g.dest, len(containers))
}

func (g generator) containers() ([]container, error) {
	if _, err := g.client.Version(); err != nil {
		return nil, err
	}
	if _, err := g.client.Info(); err != nil {
		return nil, err
	}
	listed, err := g.client.ListContainers(docker.ListContainersOptions{All: true, Filters: g.filters})
	if err != nil {
		return nil, err
	}
	containers := make([]container, 0, len(listed))
	for _, one := range listed {
		found, err := g.client.InspectContainerWithOptions(docker.InspectContainerOptions{ID: one.ID})
		if err != nil {
			// It is gone again.
			log.Printf("Cannot inspect %s: %v", one.ID, err)
			continue
		}
		containers = append(containers, seen(found))
	}
	return containers, nil
}

func seen(found *docker.Container) container {
	env := make(map[string]string, len(found.Config.Env))
	for _, entry := range found.Config.Env {
		key, value, _ := strings.Cut(entry, "=")
		env[key] = value
	}
	one := container{Name: strings.TrimPrefix(found.Name, "/"), Env: env}
	for _, network := range found.NetworkSettings.Networks {
		one.IP = network.IPAddress
	}
	return one
}

// sitesOf groups the containers by the hosts that they ask for, both sorted.
func sitesOf(containers []container) []site {
	byHost := map[string][]container{}
	for _, one := range containers {
		if host := one.Env["VIRTUAL_HOST"]; host != "" {
			byHost[host] = append(byHost[host], one)
		}
	}
	sites := make([]site, 0, len(byHost))
	for host, servers := range byHost {
		sort.Slice(servers, func(i, j int) bool { return servers[i].Name < servers[j].Name })
		sites = append(sites, site{host, servers})
	}
	sort.Slice(sites, func(i, j int) bool { return sites[i].Host < sites[j].Host })
	return sites
}
