<?php
// Everybody of both forests, and whom a test adds. Each person has the same password here and several logins, which
// differ in what the assertion says:
//
//   alice.adams@forest1.local        cip_upn only
//   alice.adams@forest1.local+sid    cip_sid only
//   alice.adams@forest1.local+all    every claim that the directory knows
//
// sAMAccountName@domain is always a login, the userPrincipalName one too.
// Each file LAB_DIR/saml/people/*.json adds {"login": {"attribute": ["value", …], …}, …} and wins.
$people = [];
foreach (glob(getenv('LAB_DIR') . '/forest*/facts.json') as $file) {
    $domain = basename(dirname($file)) . '.local';
    foreach (json_decode(file_get_contents($file), true)['accounts'] as $account) {
        $implicit = $account['sam'] . '@' . $domain;
        $upn = $account['upn'] ?: $implicit;
        $all = array_filter([
            'cip_upn' => $upn,
            'cip_sid' => $account['sid'],
            'cip_oid' => $account['guid'],
            'cip_email' => $account['mail'],
            'cip_forest' => $domain,
            'cip_domain' => $domain,
            'displayName' => $account['display_name'],
            'firstName' => $account['given_name'],
            'lastName' => $account['family_name'],
        ], 'strlen');
        foreach (array_unique([$implicit, $upn]) as $login) {
            $people[$login] = ['cip_upn' => $upn];
            $people[$login . '+sid'] = ['cip_sid' => $account['sid']];
            $people[$login . '+all'] = $all;
        }
    }
}
foreach (glob(getenv('LAB_DIR') . '/saml/people/*.json') as $file) {
    // A test that ends takes its file away, also between the list and the reading.
    $people = array_merge($people, json_decode((string) @file_get_contents($file), true) ?? []);
}

$config = [
    'admin' => ['core:AdminPassword'],
    'people' => ['exampleauth:UserPass'],
];
foreach ($people as $login => $attributes) {
    $config['people'][$login . ':' . getenv('LAB_PASSWORD')] = array_map(function ($value) {
        return (array) $value;
    }, $attributes);
}
