<?php
// Holds the cases of schemas/tests against the schemas, draft-04, with justinrainbow/json-schema. Cases of schemas
// that have no draft-04 rendering are left out.
declare(strict_types=1);

require_once 'JsonSchema/autoload.php';

use JsonSchema\Validator;

const BASE = 'https://massup.example/schemas/v1/';
$schemas = $argv[1];
$read = fn (string $path) => json_decode(file_get_contents("$schemas/$path"), false, 512, JSON_THROW_ON_ERROR);
$cases = $wrong = 0;
foreach (glob("$schemas/tests/*.json") as $table) {
    foreach ($read('tests/' . basename($table)) as $group) {
        $path = 'draft-04/' . substr($group->schema->{'$ref'}, strlen(BASE));
        if (!is_file("$schemas/$path")) {
            continue;
        }
        $schema = $read($path);
        foreach ($group->tests as $case) {
            $validator = new Validator();
            $data = $case->data;
            $validator->validate($data, $schema);
            $cases++;
            if ($validator->isValid() !== $case->valid) {
                $wrong++;
                fwrite(STDERR, "{$group->description}: {$case->description}\n");
            }
        }
    }
}
echo "PHP: $cases cases, $wrong differ\n";
exit($wrong > 0 || $cases < 300 ? 1 : 0);
