/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A contract with one operation of each form. */
final class ExampleContract {

    static final String ID = "01970a3c-5b1e-7c44-9d2f-3a6b8e0f1c2d";
    static final Map<String, String> OBJECTS = Map.of("thingId", ID);

    private ExampleContract() {}

    static Contract read() {
        return new Contract(
                JsonMapper.shared()
                        .readTree(
                                """
                                {"paths":{
                                  "/api/v1/things":{"get":{
                                    "operationId":"listThings","x-permission":"things:read",
                                    "parameters":[{"name":"limit","in":"query","schema":{"type":"integer","minimum":1}}]}},
                                  "/api/v1/things/{thingId}":{"put":{
                                    "operationId":"changeThing","x-permission":"things:write",
                                    "parameters":[{"$ref":"#/components/parameters/id"},
                                      {"name":"If-Match","in":"header","schema":{"type":"string"}}],
                                    "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Change"}}}}}},
                                  "/api/v1/events":{"get":{
                                    "operationId":"streamThings","x-permission":"things:read",
                                    "responses":{"200":{"content":{"text/event-stream":{"schema":{"type":"string"}}}},
                                      "400":{"content":{"application/problem+json":{}}}}}},
                                  "/api/v1/open":{"post":{
                                    "operationId":"open","x-permission":"public",
                                    "requestBody":{"content":{"application/json":{"schema":{"type":"object","additionalProperties":true}}}}}}},
                                 "components":{
                                  "parameters":{"id":{"name":"thingId","in":"path","schema":{"type":"string"}}},
                                  "schemas":{"Change":{"type":"object","additionalProperties":false,"required":["name"],
                                    "properties":{
                                      "name":{"type":"string","maxLength":20},
                                      "email":{"type":"string","pattern":"^[!-~]+@[!-~]+$"},
                                      "count":{"type":"integer","minimum":1,"maximum":9},
                                      "kind":{"type":"string","enum":["a","b"]}}}}}}
                                """));
    }

    static Contract.Operation operation(String id) {
        return read().operations().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
