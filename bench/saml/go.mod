module github.com/causeway-cloud/causeway/bench/saml

go 1.26.8

require (
	github.com/causeway-cloud/causeway v0.0.0
	github.com/crewjam/saml v0.5.1
)

require (
	github.com/beevik/etree v1.8.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/jonboulle/clockwork v0.5.0 // indirect
	github.com/mattermost/xml-roundtrip-validator v0.1.0 // indirect
	github.com/russellhaering/goxmldsig v1.6.1 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/crypto v0.59.0 // indirect
)

replace github.com/causeway-cloud/causeway => ../..
