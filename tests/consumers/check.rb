# Holds the cases of schemas/tests against the schemas, draft-07, with json_schemer.
require "json"
require "set"
require "json_schemer"

BASE = "https://massup.example/schemas/v1/"
schemas = ARGV.fetch(0)
read = ->(path) { JSON.parse(File.read(File.join(schemas, path))) }
cases = wrong = 0
Dir.children(File.join(schemas, "tests")).sort.each do |table|
  read.call("tests/#{table}").each do |group|
    name = group["schema"]["$ref"].delete_prefix(BASE)
    schemer = JSONSchemer.schema(read.call("draft-07/#{name}"), format: false)
    group["tests"].each do |test|
      cases += 1
      next if schemer.valid?(test["data"]) == test["valid"]

      wrong += 1
      warn "#{group['description']}: #{test['description']}"
    end
  end
end
puts "Ruby: #{cases} cases, #{wrong} differ"
exit(wrong.zero? && cases >= 300)
