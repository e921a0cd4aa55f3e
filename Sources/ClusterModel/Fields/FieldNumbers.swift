/// The numbers of fields in Kubernetes' protocol buffers, by type.
///
/// They stand beside the tables of fields because only few clients speak that form, and only for few kinds; names, types and
/// everything else that the form needs come from the tables.
package enum FieldNumbers {
  /// The field of a type with a number; `nil` for numbers that are not known here.
  package static func field(_ number: UInt64, of schema: ObjectSchema, in outer: String) -> FieldInfo? {
    let numbers = byType["\(outer).\(schema.typeName)"] ?? byType[schema.typeName] ?? [:]
    return schema.fields.first { numbers[$0.name] == number }
  }

  /// Whether the type of a document is known.
  package static func know(_ schema: ObjectSchema) -> Bool { byType[schema.typeName] != nil }

  /// A type's name, after that of the type it lies in where Kubernetes has two of one name.
  private static let byType: [String: [String: UInt64]] = objects.merging(requests) { first, _ in first }

  private static let objects: [String: [String: UInt64]] = [
    "ObjectMeta": [
      "name": 1, "generateName": 2, "namespace": 3, "selfLink": 4, "uid": 5, "resourceVersion": 6, "generation": 7,
      "creationTimestamp": 8, "deletionTimestamp": 9, "deletionGracePeriodSeconds": 10, "labels": 11,
      "annotations": 12, "ownerReferences": 13, "finalizers": 14, "managedFields": 17,
    ],
    "OwnerReference": [
      "kind": 1, "name": 3, "uid": 4, "apiVersion": 5, "controller": 6, "blockOwnerDeletion": 7,
    ],
    "ManagedFieldsEntry": [
      "manager": 1, "operation": 2, "apiVersion": 3, "time": 4, "fieldsType": 6, "fieldsV1": 7, "subresource": 8,
    ],
    "ObjectReference": [
      "kind": 1, "namespace": 2, "name": 3, "uid": 4, "apiVersion": 5, "resourceVersion": 6, "fieldPath": 7,
    ],
    "Condition": [
      "type": 1, "status": 2, "observedGeneration": 3, "lastTransitionTime": 4, "reason": 5, "message": 6,
    ],
    "NamespaceCondition": ["type": 1, "status": 2, "lastTransitionTime": 4, "reason": 5, "message": 6],
    "Namespace": ["metadata": 1, "spec": 2, "status": 3],
    "NamespaceSpec": ["finalizers": 1],
    "NamespaceStatus": ["phase": 1, "conditions": 2],
    "Service": ["metadata": 1, "spec": 2, "status": 3],
    "ServiceSpec": [
      "ports": 1, "selector": 2, "clusterIP": 3, "type": 4, "externalIPs": 5, "sessionAffinity": 7,
      "loadBalancerIP": 8, "loadBalancerSourceRanges": 9, "externalName": 10, "externalTrafficPolicy": 11,
      "healthCheckNodePort": 12, "publishNotReadyAddresses": 13, "sessionAffinityConfig": 14, "ipFamilyPolicy": 17,
      "clusterIPs": 18, "ipFamilies": 19, "allocateLoadBalancerNodePorts": 20, "loadBalancerClass": 21,
      "internalTrafficPolicy": 22, "trafficDistribution": 23,
    ],
    "ServicePort": ["name": 1, "protocol": 2, "port": 3, "targetPort": 4, "nodePort": 5, "appProtocol": 6],
    "SessionAffinityConfig": ["clientIP": 1],
    "ClientIPConfig": ["timeoutSeconds": 1],
    "ServiceStatus": ["loadBalancer": 1, "conditions": 2],
    "LoadBalancerStatus": ["ingress": 1],
    "LoadBalancerIngress": ["ip": 1, "hostname": 2, "ipMode": 3, "ports": 4],
    "PortStatus": ["port": 1, "protocol": 2, "error": 3],
    "Endpoints": ["metadata": 1, "subsets": 2],
    "EndpointSubset": ["addresses": 1, "notReadyAddresses": 2, "ports": 3],
    "EndpointAddress": ["ip": 1, "targetRef": 2, "hostname": 3, "nodeName": 4],
    "EndpointPort": ["name": 1, "port": 2, "protocol": 3, "appProtocol": 4],
    "EndpointSlice": ["metadata": 1, "endpoints": 2, "ports": 3, "addressType": 4],
    "EndpointSlice.EndpointPort": ["name": 1, "protocol": 2, "port": 3, "appProtocol": 4],
    "Endpoint": [
      "addresses": 1, "conditions": 2, "hostname": 3, "targetRef": 4, "deprecatedTopology": 5, "nodeName": 6,
      "zone": 7, "hints": 8,
    ],
    "EndpointConditions": ["ready": 1, "serving": 2, "terminating": 3],
    "EndpointHints": ["forZones": 1, "forNodes": 2],
    "ForZone": ["name": 1],
    "ForNode": ["name": 1],
    "Lease": ["metadata": 1, "spec": 2],
    "LeaseSpec": [
      "holderIdentity": 1, "leaseDurationSeconds": 2, "acquireTime": 3, "renewTime": 4, "leaseTransitions": 5,
      "strategy": 6, "preferredHolder": 7,
    ],
  ]

  private static let requests: [String: [String: UInt64]] = [
    "DeleteOptions": [
      "gracePeriodSeconds": 1, "preconditions": 2, "orphanDependents": 3, "propagationPolicy": 4, "dryRun": 5,
    ],
    "Preconditions": ["uid": 1, "resourceVersion": 2],
    "SelfSubjectAccessReview": ["metadata": 1, "spec": 2, "status": 3],
    "SelfSubjectAccessReviewSpec": ["resourceAttributes": 1, "nonResourceAttributes": 2],
    "ResourceAttributes": [
      "namespace": 1, "verb": 2, "group": 3, "version": 4, "resource": 5, "subresource": 6, "name": 7,
    ],
    "NonResourceAttributes": ["path": 1, "verb": 2],
    "SelfSubjectRulesReview": ["metadata": 1, "spec": 2, "status": 3],
    "SelfSubjectRulesReviewSpec": ["namespace": 1],
    "SelfSubjectReview": ["metadata": 1, "status": 2],
  ]
}
