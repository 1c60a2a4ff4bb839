/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.nio.charset.StandardCharsets;

/** A document of three operations, and the same with one thing changed. */
final class SmallDocument {

    private static final String TEXT =
            """
            openapi: 3.1.1
            paths:
              /tanks/{tankId}:
                get:
                  operationId: getTank
                  x-permission: tanks:read
                  x-cost: 1
                  x-audit: none
                  parameters:
                    - $ref: '#/components/parameters/tankId'
                    - $ref: '#/components/parameters/limit'
                    - $ref: '#/components/parameters/deep'
                    - $ref: '#/components/parameters/name'
                    - $ref: '#/components/parameters/ifMatch'
                  responses: *responses
                post:
                  operationId: changeTank
                  x-permission: tanks:write
                  x-cost: 2
                  x-audit: [tank.changed]
                  parameters:
                    - $ref: '#/components/parameters/tankId'
                  requestBody:
                    required: true
                    content: { application/json: { schema: { $ref: '#/components/schemas/Tank' } } }
                  responses: *responses
              /tanks/newest:
                get:
                  operationId: getNewestTank
                  security: []
                  x-permission: public
                  x-cost: 1
                  x-audit: none
                  parameters:
                    - $ref: '#/components/parameters/shore'
                  responses: *responses
            components:
              parameters:
                tankId: { name: tankId, in: path, required: true, schema: { type: string, maxLength: 10, pattern: '^[a-z0-9-]+$' } }
                limit: { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 10 } }
                deep: { name: deep, in: query, schema: { type: boolean } }
                name: { name: name, in: query, schema: { type: string, maxLength: 20 } }
                shore: { name: shore, in: query, required: true, schema: { type: string, maxLength: 20 } }
                ifMatch: { name: If-Match, in: header, schema: { type: string, maxLength: 20 } }
              schemas:
                Tank:
                  type: object
                  additionalProperties: false
                  required: [name]
                  properties:
                    name: { type: string, maxLength: 20 }
                    litres: { type: integer, minimum: 1, maximum: 100 }
                    fish: { type: array, maxItems: 3, items: { $ref: '#/components/schemas/Fish' } }
                Fish:
                  type: object
                  additionalProperties: false
                  properties:
                    name: { type: string, maxLength: 20 }
            """
                    .replace("responses: *responses", responses());

    private SmallDocument() {}

    private static String responses() {
        return """
        responses:
                '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Tank' } } } }
                '400': {}
                '401': {}
                '403': {}
                '404': {}
                '429': {}
                '500': {}
                '503': {}"""
                .indent(0);
    }

    static byte[] sound() {
        return TEXT.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] with(String before, String after) {
        if (!TEXT.contains(before)) {
            throw new AssertionError("the small document has no " + before);
        }
        return TEXT.replace(before, after).getBytes(StandardCharsets.UTF_8);
    }
}
