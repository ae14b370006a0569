#include "cli/commands/evidence_export_command.h"

#include <fstream>
#include <ostream>

#include "api/core/config_map_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "cli/commands/credential_reader.h"
#include "cli/exit_codes.h"
#include "evidence/bundle.h"
#include "tls/signing_key.h"

namespace keysteward::cli {

using api::core::ConfigMap;
using api::v1alpha1::CredentialRotation;

namespace {

struct InstallationRecord {
  std::string id;
  std::string public_key_pem;
};

Result<InstallationRecord> ReadInstallation(const CommandContext& context) {
  const api::ObjectKey key{context.operator_namespace, api::v1alpha1::kInstallationConfigMap};
  const std::string name = "ConfigMap " + key.ToString();
  auto object = context.client.Get(api::KindOf<ConfigMap>::resource, key, context.call());
  if (!object) {
    return std::move(object).error().WithContext(
        name + " (Keysteward's namespace is set with --operator-namespace)");
  }
  KS_ASSIGN_OR_RETURN(const ConfigMap record, api::Decode<ConfigMap>(*object));
  const auto id = record.data.find(api::v1alpha1::kInstallationIdKey);
  const auto pem = record.data.find(api::v1alpha1::kEvidencePublicKey);
  if (id == record.data.end() || pem == record.data.end()) {
    return Error::FailedPrecondition(
        name + " has no entry " +
        (id == record.data.end() ? api::v1alpha1::kInstallationIdKey
                                 : api::v1alpha1::kEvidencePublicKey) +
        "; the operator writes it when it starts: is it running, and as new as this program?");
  }
  return InstallationRecord{id->second, pem->second};
}

Result<void> WriteTo(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return Error::InvalidArgument("cannot write " + file);
}

}  // namespace

Result<int> RunEvidenceExport(const CommandContext& context, const EvidenceExportOptions& options) {
  KS_ASSIGN_OR_RETURN(const auto credential, ReadCredential(context, options.name));
  KS_ASSIGN_OR_RETURN(const auto rotations, ReadRotations(context, options.name));
  KS_ASSIGN_OR_RETURN(const InstallationRecord installation, ReadInstallation(context));
  auto key = tls::VerifyingKey::FromPem(installation.public_key_pem);
  if (!key) return std::move(key).error().WithContext("published evidence key");
  std::vector<CredentialRotation> typed;
  for (const auto& rotation : rotations) typed.push_back(rotation.typed);
  const evidence::Bundle bundle = evidence::MakeBundle(installation.id, installation.public_key_pem,
                                                       credential.typed, std::move(typed));
  const std::string text = evidence::FormatBundle(bundle);
  const bool to_stream = options.file.empty() || options.file == "-";
  if (to_stream) {
    context.out << text;
  } else {
    KS_RETURN_IF_ERROR(WriteTo(options.file, text));
    context.err << "wrote " << options.file << ": " << bundle.entries << " entries, "
                << bundle.rotations.size() << " rotations\n";
  }
  context.err << "fingerprint of the signing key: " << key->Fingerprint() << '\n'
              << "check it with: " << context.program << " evidence verify "
              << (to_stream ? "FILE" : options.file) << " --fingerprint " << key->Fingerprint()
              << '\n'
              << "Keep the fingerprint apart from the file: a pin that comes with it proves "
                 "nothing.\n";
  return kExitOk;
}

}  // namespace keysteward::cli
