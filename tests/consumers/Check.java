// Holds the cases of schemas/tests against the schemas, draft-04, with mjson.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import mjson.Json;

final class Check {
    private static final String BASE = "https://massup.example/schemas/v1/";

    private Check() {}

    public static void main(String[] words) throws IOException {
        Path schemas = Path.of(words[0]);
        int cases = 0;
        int wrong = 0;
        List<Path> tables;
        try (Stream<Path> found = Files.list(schemas.resolve("tests"))) {
            tables = found.sorted().toList();
        }
        for (Path table : tables) {
            for (Json group : read(table).asJsonList()) {
                Path file = schemas.resolve("draft-04").resolve(group.at("schema").at("$ref").asString().substring(BASE.length()));
                // Draft-04 has the schemas of requests and answers only.
                if (!Files.exists(file)) {
                    continue;
                }
                Json.Schema schema = Json.schema(read(file));
                for (Json test : group.at("tests").asJsonList()) {
                    cases++;
                    if (schema.validate(test.at("data")).is("ok", true) != test.at("valid").asBoolean()) {
                        wrong++;
                        System.err.println(group.at("description") + ": " + test.at("description"));
                    }
                }
            }
        }
        System.out.println("Java: " + cases + " cases, " + wrong + " differ");
        System.exit(wrong == 0 && cases >= 300 ? 0 : 1);
    }

    private static Json read(Path file) throws IOException {
        return Json.read(Files.readString(file));
    }
}
