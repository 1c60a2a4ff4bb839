/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which message schemas the firewall takes. */
class SchemaGuardTest {

    private final SchemaGuard guard = new SchemaGuard(Limits.defaults());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'type':'object','properties':{'t':{'type':'number'}},'additionalProperties':false}",
                "{'$schema':'https://json-schema.org/draft/2020-12/schema'}",
                "{'$defs':{'t':{'type':'number'}},'properties':{'a':{'$ref':'#/$defs/t'},'b':{'$ref':'#/$defs/t'}}}",
                "{'if':{'required':['a']},'then':{'required':['b']},'else':{'not':{'required':['c']}}}",
                "{'properties':{'id':{'type':'string','pattern':'^[0-9a-f]{8}(-[0-9a-f]{4}){3}$'}}}",
                "{'patternProperties':{'^t[0-9]+$':{'type':'number'}}}",
                "{'properties':{'at':{'format':'date-time'}}}"
            })
    void takesASchemaThatIsBoundedAndSelfContained(String schema) {
        assertThatCode(() -> guard.require("/schema", json(schema))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'$ref':'https://example.com/schema'}|/s/$ref|leads out of the schema",
                "{'$ref':'other.json#/a'}|/s/$ref|leads out of the schema",
                "{'$ref':'#/$defs/none'}|/s/$ref|leads out of the schema",
                "{'$ref':'#'}|/s/$ref|leads out of the schema",
                "{'$dynamicRef':'#x'}|/s/$dynamicRef|not a keyword",
                "{'$id':'https://example.com/x'}|/s/$id|not a keyword",
                "{'requierd':['a']}|/s/requierd|not a keyword",
                "{'properties':{'a':{'maxlength':1}}}|/s/properties/a/maxlength|not a keyword",
                "{'uniqueItems':true}|/s/uniqueItems|not a keyword",
                "{'unevaluatedProperties':false}|/s/unevaluatedProperties|not a keyword",
                "{'$schema':'http://json-schema.org/draft-07/schema#'}|/s/$schema|another dialect",
                "{'format':'regex'}|/s/format|none of date-time",
                "{'properties':[]}|/s/properties|no object of schemas",
                "{'allOf':{}}|/s/allOf|no list of schemas",
                "{'properties':{'a':{'type':'tank'}}}|/s/properties/a/type|draft 2020-12",
                "{'minimum':'1'}|/s/minimum|draft 2020-12",
                "{'required':'a'}|/s/required|draft 2020-12",
                "{'items':5}|/s/items|no schema",
                "{'$defs':{'a':{'$ref':'#/$defs/b'},'b':{'$ref':'#/$defs/a'}},'$ref':'#/$defs/a'}|/s/$defs/a/$ref/$ref/$ref|in a circle",
                "{'patternProperties':{'(a+)+':{}}}|/s/patternProperties/(a+)+|repeats a group"
            })
    void refusesWhatIsNot(String schema, String pointer, String text) {
        RulesRefused refused = refusal(guard, json(schema));
        assertThat(refused.pointer()).isEqualTo(pointer);
        assertThat(refused.text()).contains(text);
    }

    /** Each level doubles: a few hundred bytes would stand for a million places. */
    @Test
    void refusesReferencesThatMultiply() {
        ObjectNode schema = (ObjectNode) json("{'$ref':'#/$defs/a0'}");
        ObjectNode defs = schema.putObject("$defs");
        for (int i = 0; i < 20; i++) {
            defs.set(
                    "a" + i,
                    json(
                            "{'allOf':[{'$ref':'#/$defs/a%1$d'},{'$ref':'#/$defs/a%1$d'}]}"
                                    .formatted(i + 1)));
        }
        defs.set("a20", json("{}"));
        assertThat(refusal(guard, schema).text()).contains("at most 1000");
    }

    @Test
    void refusesASchemaThatIsTooLargeOrTooDeep() {
        SchemaGuard small = new SchemaGuard(Limits.with(Map.of(Limit.FIREWALL_SCHEMA_BYTES, 256)));
        ObjectNode large = (ObjectNode) json("{}");
        large.put("title", "x".repeat(256));
        assertThat(refusal(small, large).text()).contains("more than 256");

        JsonNode deep = json("{}");
        for (int i = 0; i < 40; i++) {
            ObjectNode around = (ObjectNode) json("{}");
            around.set("not", deep);
            deep = around;
        }
        assertThat(refusal(guard, deep).text()).contains("nested deeper than 32");
    }

    private static RulesRefused refusal(SchemaGuard guard, JsonNode schema) {
        try {
            guard.require("/s", schema);
        } catch (RulesRefused refused) {
            return refused;
        }
        throw new AssertionError("the schema was taken");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }
}
