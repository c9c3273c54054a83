<?php
// The service providers are the SAML metadata files that the tests put into LAB_DIR/saml/sp, read anew at each
// request. NAME.json beside NAME.xml overrides options of SimpleSAMLphp's saml20-sp-remote. NAME.php is an entry of this
// file as an administrator writes it. A test that ends takes its files away at any time, also between the list and the reading.
foreach (glob(getenv('LAB_DIR') . '/saml/sp/*.php') as $file) {
    @include $file;
}
foreach (glob(getenv('LAB_DIR') . '/saml/sp/*.xml') as $file) {
    try {
        $parsed = SimpleSAML\Metadata\SAMLParser::parseDescriptorsString((string) @file_get_contents($file));
    } catch (Throwable $e) {
        SimpleSAML\Logger::error('lab: ' . $file . ': ' . $e->getMessage());
        continue;
    }
    $options = substr($file, 0, -4) . '.json';
    foreach ($parsed as $entity => $parser) {
        $provider = $parser->getMetadata20SP();
        if ($provider !== null) {
            unset($provider['entityDescriptor'], $provider['expire']);
            $metadata[$entity] = array_merge(
                $provider,
                json_decode((string) @file_get_contents($options), true) ?? []
            );
        }
    }
}
