/**
 * The divert-filter language: parser, checker, compiler, evaluator, linter.
 */
package io.weir.filter;
