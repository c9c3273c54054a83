<?php
// The identity provider of the lab, on plain HTTP behind a *.localhost name. A test that needs https puts a proxy in front
// that sends X-Forwarded-Proto: https and leaves Host as the browser sent it; all addresses follow.
$home = getenv('LAB_DIR') . '/saml/';
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') {
    $_SERVER['HTTPS'] = 'on';
    putenv('LAB_SAML_URL=https://' . $_SERVER['HTTP_HOST']);
}
$config = [
    'baseurlpath' => getenv('LAB_SAML_URL') . '/',
    'certdir' => $home . 'cert/',
    'loggingdir' => $home . 'log/',
    'datadir' => $home . 'tmp/',
    'tempdir' => $home . 'tmp/',
    'metadatadir' => __DIR__ . '/metadata/',
    'metadata.sources' => [['type' => 'flatfile', 'directory' => __DIR__ . '/metadata/']],

    'secretsalt' => 'salt of the lab',
    'auth.adminpassword' => getenv('LAB_PASSWORD'),
    'timezone' => 'UTC',
    'technicalcontact_email' => 'lab@lab.example',

    'logging.handler' => 'file',
    'logging.logfile' => 'simplesamlphp.log',
    'logging.level' => SimpleSAML\Logger::DEBUG,
    'debug' => ['saml' => true, 'backtraces' => true, 'validatexml' => false],
    'showerrors' => true,

    'enable.saml20-idp' => true,
    'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],

    // No Secure flag: SimpleSAMLphp refuses it on plain HTTP.
    'session.cookie.secure' => false,
    'session.cookie.samesite' => null,
    'session.phpsession.cookiename' => 'lab_idp',
    'session.phpsession.savepath' => $home . 'sessions',
    'session.phpsession.httponly' => true,
    'store.type' => 'phpsession',
    'language.default' => 'en',
    'language.available' => ['en'],
    'theme.use' => 'default',
];
