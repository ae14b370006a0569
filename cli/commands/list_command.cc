#include "cli/commands/list_command.h"

#include <algorithm>
#include <ostream>

#include "api/meta/decode.h"
#include "api/v1alpha1/conditions.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "cli/exit_codes.h"
#include "cli/output/table.h"
#include "cli/output/times.h"

namespace keysteward::cli {

using api::v1alpha1::EnumName;
using api::v1alpha1::ManagedCredential;
using nlohmann::json;

namespace {

std::vector<std::string> Header(const CommandContext& context) {
  std::vector<std::string> header;
  if (context.all_namespaces) header.push_back("NAMESPACE");
  for (const char* name :
       {"NAME", "READY", "OWNER", "ISSUER", "EXPIRES", "NEXT ROTATION", "CONSUMERS", "AGE"}) {
    header.push_back(name);
  }
  if (context.output != OutputFormat::kWide) return header;
  for (const char* name : {"GENERATION", "CONTACT", "PREVIOUS", "ROTATING", "REASON"}) {
    header.push_back(name);
  }
  return header;
}

std::vector<std::string> Row(const CommandContext& context, const ManagedCredential& credential) {
  const WallTime now = context.clock.WallNow();
  const auto& status = credential.status;
  const api::Condition* ready =
      api::FindCondition(status.conditions, api::v1alpha1::condition::kReady);
  std::vector<std::string> row;
  if (context.all_namespaces) row.push_back(credential.metadata.namespace_name);
  row.insert(row.end(),
             {credential.metadata.name, ready == nullptr ? "Unknown" : ready->status,
              credential.spec.owner.team, credential.spec.issuer_ref.name,
              Day(status.expires_at, now), Day(status.next_rotation_time, now),
              status.consumers.Summary(), Age(credential.metadata.creation_timestamp, now)});
  if (context.output != OutputFormat::kWide) return row;
  row.insert(row.end(), {status.current ? std::to_string(status.current->generation) : "",
                         credential.spec.owner.contact,
                         status.previous ? std::string(EnumName(status.previous->state)) : "",
                         status.active_rotation, ready == nullptr ? "" : ready->reason});
  return row;
}

void SayNone(const CommandContext& context) {
  if (context.all_namespaces) {
    context.err << "No ManagedCredentials in this cluster.\n";
    return;
  }
  context.err << "No ManagedCredentials in namespace " << context.namespace_name << "; "
              << context.program << " list -A looks in all.\n";
}

int PrintTable(const CommandContext& context, const std::vector<json>& items) {
  Table table(Header(context));
  int exit_code = kExitOk;
  for (const json& item : items) {
    const Result<ManagedCredential> credential = api::Decode<ManagedCredential>(item);
    if (credential) {
      table.Add(Row(context, *credential));
    } else {
      context.err << "error: " << Clean(credential.error().message) << '\n';
      exit_code = kExitFault;
    }
  }
  if (!table.empty()) table.Print(context.out);
  return exit_code;
}

std::string SortKey(const json& item) {
  const json::json_pointer space("/metadata/namespace");
  const json::json_pointer name("/metadata/name");
  return item.value(space, "") + "/" + item.value(name, "");
}

}  // namespace

Result<int> RunList(const CommandContext& context, const ListOptions& options) {
  kube::ListOptions query;
  if (!context.all_namespaces) query.namespace_name = context.namespace_name;
  query.label_selector = options.selector;
  Result<kube::ObjectList> list =
      context.client.List(api::KindOf<ManagedCredential>::resource, query, context.call());
  if (!list) return std::move(list).error().WithContext("list ManagedCredentials");
  std::sort(list->items.begin(), list->items.end(),
            [](const json& a, const json& b) { return SortKey(a) < SortKey(b); });
  if (IsStructured(context.output)) {
    PrintJson(ListOf(json(std::move(list->items))), context.output, context.out);
    return kExitOk;
  }
  if (list->items.empty()) SayNone(context);
  return PrintTable(context, list->items);
}

}  // namespace keysteward::cli
