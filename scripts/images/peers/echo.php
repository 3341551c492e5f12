<?php
// What the FastCGI request said, in the shape of the tests' other back ends.
$headers = [];
foreach ($_SERVER as $name => $value) {
    if (strncmp($name, 'HTTP_', 5) === 0) {
        $headers[str_replace('_', '-', strtolower(substr($name, 5)))] = $value;
    }
}
header('Content-Type: application/json');
echo json_encode([
    'name' => getenv('ANSWER_AS'),
    'protocol' => 'fastcgi',
    'method' => $_SERVER['REQUEST_METHOD'],
    'url' => $_SERVER['REQUEST_URI'],
    'headers' => (object) $headers,
    'script' => $_SERVER['SCRIPT_FILENAME'],
    'bodyBytes' => strlen(file_get_contents('php://input')),
], JSON_UNESCAPED_SLASHES), "\n";
