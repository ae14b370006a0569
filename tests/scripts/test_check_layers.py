"""scripts/check_layers on small trees: each rule refuses what it should and nothing else."""
import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_layers"


@pytest.fixture
def tree(tmp_path):
    def check(files, *arguments):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return subprocess.run([sys.executable, SCRIPT, "--root", tmp_path, *arguments],
                              capture_output=True, text=True, check=False)
    return check


def test_a_clean_tree_has_no_violations(tree):
    result = tree({
        "common/result.h": "#pragma once\n#include <string>\n",
        "tls/ssl_context.cc": '#include "observability/log.h"\n#include <openssl/ssl.h>\n',
        "http/server.cc": '#include "tls/ssl_context.h"\n#include "common/result.h"\n',
        "kube/client/rest_client.cc": '#include "http/transport.h"\n#include "api/meta/kind.h"\n',
        "detection/engine/a.cc": '#include "detection/fields/x.h"\n#include "detection/engine/y.h"\n',
        "operator/main.cc": '#include "kube/client/client.h"\n',
        "tests/http/server_test.cc": '#include <gtest/gtest.h>\n#include "tls/internal/x.h"\n',
    })
    assert (result.stdout, result.returncode) == ("0 violations\n", 0)


@pytest.mark.parametrize("file, line, why", [
    ("common/a.cc", '#include "kube/client/client.h"', "upward include: common (layer 0)"),
    ("kube/a.cc", '#include "operator/rotation/x.h"', "upward include: kube (layer 2)"),
    ("api/a.cc", '#include "observability/log.h"', "sideways include: api includes"),
    ("tls/a.cc", '#include "http/transport.h"', "sideways include: tls includes"),
    ("kube/a.cc", '#include "detection/engine/x.h"', "sideways include: kube includes"),
    ("webhook/a.cc", '#include "operator/x.h"', "sideways include: webhook includes"),
    ("cli/a.cc", '#include "webhook/x.h"', "sideways include: cli includes"),
    ("detection/fields/a.cc", '#include "detection/engine/x.h"',
     "upward include: detection/fields includes detection/engine/x.h"),
    ("detection/reader/a.cc", '#include "detection/decoders/x.h"', "upward include"),
    ("detection/new/a.cc", '#include "detection/values/x.h"', "detection/new has no height"),
    ("http/a.cc", '#include "tls/internal/openssl.h"', "is internal to tls"),
    ("common/a.cc", '#include "tests/fakes/fake_clock.h"', "product code may not include tests/"),
    ("kube/a.cc", "#include <cpprest/http_client.h>", "cpprestsdk may not be included here"),
    ("http/a.cc", "#include <boost/asio.hpp>", "Boost may not be included here"),
    ("kube/a.cc", "#include <openssl/ssl.h>", "OpenSSL may not be included here"),
    ("policy/a.cc", "#include <yaml.h>", "libyaml may not be included here"),
    ("policy/a.cc", "#include <re2/re2.h>", "RE2 may not be included here"),
    ("kube/a.cc", "#include <spdlog/spdlog.h>", "spdlog may not be included here"),
    ("kube/a.cc", "#include <prometheus/counter.h>", "prometheus-cpp may not be included here"),
    ("http/a.cc", "#include <nlohmann/json.hpp>", "nlohmann/json may not be included here"),
    ("operator/a.cc", "#include <CLI/CLI.hpp>", "CLI11 may not be included here"),
    ("common/a.cc", "#include <gtest/gtest.h>", "GoogleTest may not be included here"),
    ("common/a.cc", "std::regex pattern;", "std::regex backtracks"),
    ("http/cpprest/a.cc", "#include <cpprest/http_listener.h>", "aborts cpprest's listener"),
    ("kube/a.cc", "auto now = std::chrono::system_clock::now();", "time is injected"),
    ("tests/kube/a_test.cc", "std::this_thread::sleep_for(1s);", "waits go through Clock"),
    ("kube/a.cc", "// TODO later", "no TODO in the tree"),
    ("kube/util/a.cc", "", "a folder is named after what it holds"),
    ("kube/a.h", "int x;", "header without #pragma once"),
])
def test_each_rule_names_file_line_and_reason(tree, file, line, why):
    before = "#pragma once\n" if why.endswith("reason") else "// first line\n"
    result = tree({file: before + line + "\n"})
    assert result.returncode == 1
    assert result.stdout.startswith(f"{file}:")
    assert why in result.stdout
    assert result.stdout.endswith("1 violation\n")
    if "folder" not in why and "pragma" not in why:
        assert result.stdout.startswith(f"{file}:2: ")


def test_comments_and_messages_may_name_what_is_banned(tree):
    result = tree({"kube/a.cc": '// never http_listener\n/* std::regex\n */\n'
                                'const char* kWhy = "std::regex // is slow";\n'
                                '// #include "operator/x.h"\n'})
    assert (result.stdout, result.returncode) == ("0 violations\n", 0)


def test_the_clock_itself_and_json_fwd_are_free(tree):
    result = tree({"common/clock.cc": "return std::chrono::steady_clock::now();\n",
                   "http/a.cc": "#include <nlohmann/json_fwd.hpp>\n"})
    assert result.returncode == 0


def test_a_source_file_ends_at_400_lines(tree):
    result = tree({"kube/long.cc": "int x;\n" * 401, "kube/fine.cc": "int x;\n" * 400,
                   "tests/kube/long_test.cc": "int x;\n" * 900})
    assert result.stdout == "kube/long.cc:401: 401 lines; a source file ends at 400\n1 violation\n"


def test_stats_count_functions_by_their_braces(tree):
    long_body = "  x();\n" * 70
    result = tree({
        "common/a.cc": "namespace n {\n"
                       "constexpr int kTable[] = {1, 2};\n"
                       "struct S {\n  S(int a) : a_{a} {\n  }\n  int a_;\n};\n"
                       "template <class T>\nvoid Short(T f = {}) {\n"
                       '  auto g = [] { return "}"; };\n  // }\n}\n'
                       "void Long() {\n" + long_body + "}\n"
                       "bool operator==(int, int) { return true; }\n}\n",
        "tests/common/a_test.cc": "int x;\n" * 40,
    }, "--stats")
    columns = [line for line in result.stdout.splitlines() if line.startswith("common")][0].split()
    assert columns[:3] == ["common", "1", "86"]
    assert columns[5:] == ["4", "25.0%", "0.47"]
