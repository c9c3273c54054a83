Get-ADFSRelyingPartyTrust -Name "CitrixCloudProd" | Select-Object -ExpandProperty IssuanceTransformRules | Out-File "$env:USERPROFILE\desktop\claimrulesbackup.txt"
Set-ADFSRelyingPartyTrust -Name "CitrixCloudProd" `
  -MetadataUrl "<metadata>" `
  -AutoUpdateEnabled $True `
  -IssuanceTransformRulesFile "$env:USERPROFILE\desktop\claimrules.txt" `
  -SignedSamlRequestsRequired $True `
  -SamlResponseSignature "MessageAndAssertion" `
  -Enabled $True
Get-ADFSRelyingPartyTrust -Name "CitrixCloudProd"
